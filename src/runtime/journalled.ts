import { declaredBy } from './declared.ts';
import { rooms } from './rooms.ts';

/** What the journal lines of the whole product say, for whoever verifies them. */
export const { journalled } = declaredBy(rooms);
