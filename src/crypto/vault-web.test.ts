import { vaultSuite } from './vault-suite.ts';
import { webVault } from './vault-web.ts';

vaultSuite('Web Crypto', webVault);
