import { openStore, storeKind } from '../../test/kit/store.ts';
import { storeSuite } from './suite.ts';

storeSuite(storeKind, () => openStore());
