/** The office's clockwork as a process of its own, to be killed: `casework-process.ts` with its settings in the environment. */
import { systemIds } from '@xinlu/common/ids';
import { openDatabase } from '@xinlu/common/sql';
import { openCases } from '../../src/adapters/open-cases.ts';
import { workOnCases } from '../../src/domain/cases/clockwork.ts';

const setting = (name: string) => process.env[name] ?? '';
const database = openDatabase(setting('DATABASE_URL'), { max: 4 });
const cases = await openCases(
  {
    CHAIN_RPC_URL: setting('CHAIN_RPC_URL'),
    CHAIN_ID: 31337,
    TITLES_FILE: setting('TITLES_FILE'),
    TITLES_KEY_FILE: setting('TITLES_KEY_FILE'),
  },
  database,
);
if (!cases) throw new Error('no cases');
console.log('at work');
for (;;) {
  await workOnCases({
    ...cases,
    now: () => new Date(),
    nonce: () => `0x${Buffer.from(systemIds.bytes(32)).toString('hex')}`,
  }).catch((error: Error) => console.log(error.message));
}
