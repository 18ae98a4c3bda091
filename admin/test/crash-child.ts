import { createHash } from 'node:crypto';
import { systemClock } from '@xinlu/common/clock';
import { systemIds } from '@xinlu/common/ids';
import { generateKeys, keyRing } from '@xinlu/common/keys';
import { createLogger } from '@xinlu/common/log';
import { createOutbox } from '@xinlu/common/outbox';
import { openDatabase } from '@xinlu/common/sql';
import { servedIdTokenAlgorithms } from '@xinlu/common/wire';
import { createDecisionSigner, createSnapshotSigner } from '../src/adapters/signers.ts';
import { createPostgresStore, ENTRY_QUEUE } from '../src/adapters/store/store-postgres.ts';
import { approve } from '../src/domain/actions/decide.ts';
import { propose } from '../src/domain/actions/propose.ts';
import { createVersionMaker } from '../src/domain/snapshot.ts';
import { makeParticipant } from './support.ts';

// Proposes and approves without end, and says so after each; its parent kills it in the middle.
const [url = '', registerKeys = ''] = process.argv.slice(2);
const database = openDatabase(url);
const log = createLogger({ name: 'child', level: 'silent' });
const outbox = createOutbox({ databaseUrl: url, queues: [ENTRY_QUEUE], log });
await outbox.start();
const store = createPostgresStore(database, outbox);
const keys = keyRing(JSON.parse(registerKeys));
const issuer = 'http://localhost';
const register = {
  store,
  makeVersion: createVersionMaker({
    issuer,
    sign: createSnapshotSigner(keys),
    clock: systemClock,
    ids: systemIds,
  }),
  signDecision: createDecisionSigner(keyRing(await generateKeys())),
  issuer: 'admin',
  clock: systemClock,
  ids: systemIds,
  demo: false,
  roots: [],
  idTokenAlgorithms: servedIdTokenAlgorithms(false),
};
const { rows } = await store.operators({ offset: 0, limit: 10 });
const [anna, bert] = rows.flatMap(({ id, name, subject }) =>
  subject === null ? [] : [{ id, name, subject, acr: 'substantial', authTime: 1 }],
);
if (anna === undefined || bert === undefined) throw new Error('two enrolled operators are needed');
for (;;) {
  const name = `a${createHash('sha256').update(systemIds.token()).digest('hex').slice(0, 20)}`;
  const baseVersion = (await store.latestVersion())?.version ?? 0;
  const participant = await makeParticipant(name);
  const { proposal } = await propose(
    register,
    { kind: 'participant-add', baseVersion, reason: 'x', participant },
    anna,
  );
  const { proposal: approved } = await approve(
    register,
    { proposal: proposal.id, shownHash: proposal.contentHash },
    bert,
  );
  process.stdout.write(`${approved.id} ${approved.version}\n`);
}
