import { openLmdbStore } from '../../server/store/lmdb/open-lmdb-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeStoreContract } from './store-contract.ts';

describeStoreContract('LMDB', () => openLmdbStore({ directory: temporaryFolder(), mode: 'serve' }));
