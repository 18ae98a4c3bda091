import { systemClock } from '@xinlu/common/clock';
import { listen } from '@xinlu/common/http';
import { signedFetch } from '@xinlu/common/http-signature';
import { systemIds } from '@xinlu/common/ids';
import { keyRing } from '@xinlu/common/keys';
import { createKeyValue } from '@xinlu/common/kv';
import { createLogger } from '@xinlu/common/log';
import { createOidcClient } from '@xinlu/common/oidc-client';
import { createOutbox } from '@xinlu/common/outbox';
import { openDatabase } from '@xinlu/common/sql';
import { fakeRegister } from '@xinlu/common/testing';
import type { Participant } from '@xinlu/common/wire';
import { readCatalogue } from '../../src/adapters/catalogue-files.ts';
import { createIdentityProvider } from '../../src/adapters/identity-provider-http.ts';
import { createProviderConnector } from '../../src/adapters/provider-connector-http.ts';
import { compose, QUEUES } from '../../src/compose.ts';
import { createHintVerifier } from '../../src/http/oauth/hint.ts';
import { runOrdered } from './child.ts';
import { fakeLedger } from './fake-ledger.ts';

/** What a further broker of a test country is told, over the pipe to its parent. */
export type GatewayOrder = {
  port: number;
  publicUrl: string;
  idpIssuer: string;
  databaseUrl: string;
  redisUrl?: string;
  prefix: string;
  jwks: Parameters<typeof keyRing>[0];
  participants: Participant[];
  /** Hex: every process of one service knows the same secrets. */
  secrets: { cookie: string; salt: string };
};

/** One more broker on the same stores, as it would stand behind the same load balancer: same address outside, own port. */
async function serve(order: GatewayOrder): Promise<void> {
  const { view } = await fakeRegister(order.participants);
  const register = () => view;
  const log = createLogger({ name: 'consent', destination: { write: () => undefined } });
  const database = openDatabase(order.databaseUrl);
  const kv = await createKeyValue({ database, redisUrl: order.redisUrl, prefix: order.prefix });
  const durableKv = await createKeyValue({ database, prefix: 'durable' });
  const outbox = createOutbox({ databaseUrl: order.databaseUrl, queues: QUEUES, log });
  const keys = keyRing(order.jwks);
  const { app } = await compose({
    publicUrl: order.publicUrl,
    idpIssuer: order.idpIssuer,
    participantId: 'consent',
    keys,
    cookieSecret: Buffer.from(order.secrets.cookie, 'hex'),
    saltSecret: Buffer.from(order.secrets.salt, 'hex'),
    catalogue: await readCatalogue(new URL('../../catalogue/', import.meta.url)),
    register,
    database,
    kv,
    durableKv,
    outbox,
    login: createOidcClient({
      issuer: order.idpIssuer,
      clientId: 'consent',
      keys,
      redirectUri: `${order.publicUrl}/login/callback`,
      scope: 'openid',
      allowHttp: true,
    }),
    verifyHint: createHintVerifier({ issuer: order.idpIssuer, clock: systemClock }),
    identity: createIdentityProvider({ issuer: order.idpIssuer, send: signedFetch({ keys }) }),
    connector: createProviderConnector({ register, keys, timeoutMilliseconds: 10_000 }),
    ledger: fakeLedger().ledger,
    clock: systemClock,
    ids: systemIds,
    log,
    demo: true,
    requestsPerMinute: 1_000_000,
    ready: async () => ({ database: true }),
  });
  await outbox.start();
  await listen(app, { host: '127.0.0.1', port: order.port });
}

runOrdered(serve);
