import type { FileStore } from '../../../file-store/file-store.ts';
import type { FilesPlace } from '../../../file-store/place.ts';
import { s3FileStore } from '../../../file-store/s3.ts';
import type { Platform } from '../../../platform.ts';
import { folderFileStore } from './folder.ts';

/** The place that `FILES_URL` names. Nothing is asked of it yet: a gateway starts while it cannot be reached. */
export const openFileStore = (place: FilesPlace, platform: Platform): FileStore =>
  place.kind === 'folder' ? folderFileStore(place.path) : s3FileStore(place, { platform, fetch: globalThis.fetch });
