import { sign, verify } from 'node:crypto';
import { decryptNested, encryptNested, publicKeyObject } from '@xinlu/common/keys';
import { makeKeys } from '@xinlu/common/testing';

/**
 * What one exchange cannot do without, by who does it. Gateway: verifies the relying party's message, its DPoP proof and the
 * provider's answer; signs the order, the log's record, its calls for envelope and data, and its answer. Provider: verifies the
 * broker's message and order, the relying party's message, the identity envelope; opens that; signs data and answer; seals.
 */
const GATEWAY = { verify: 3, sign: 5, open: 0, seal: 0 };
const PROVIDER = { verify: 4, sign: 2, open: 1, seal: 1 };

const MILLISECONDS = 400;

/** CPU milliseconds of one call. */
async function cost(work: () => unknown): Promise<number> {
  for (let turn = 0; turn < 50; turn += 1) await work();
  const from = process.cpuUsage();
  const end = performance.now() + MILLISECONDS;
  let count = 0;
  while (performance.now() < end) {
    await work();
    count += 1;
  }
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000 / count;
}

/** CPU milliseconds of the cryptography of one exchange, measured now on this machine: P-256 and A256GCM, nothing around it. */
export async function cryptoFloor() {
  const keys = await makeKeys();
  const bytes = Buffer.alloc(1_000, 7);
  const key = { key: keys.signing.privateKey, dsaEncoding: 'ieee-p1363' } as const;
  const signature = sign('sha256', bytes, key);
  const [signing, encryption] = keys.publicJwks.keys;
  if (signing === undefined || encryption === undefined) throw new Error('no keys');
  const publicKey = { key: publicKeyObject(signing), dsaEncoding: 'ieee-p1363' } as const;
  const text = 'x'.repeat(1_000);
  const sealed = await encryptNested(text, encryption);
  const each = {
    verify: await cost(() => verify('sha256', bytes, publicKey, signature)),
    sign: await cost(() => sign('sha256', bytes, key)),
    open: await cost(() => decryptNested(sealed, keys)),
    seal: await cost(() => encryptNested(text, encryption)),
  };
  const total = (counts: typeof GATEWAY) =>
    (Object.keys(each) as (keyof typeof each)[]).reduce((sum, one) => sum + each[one] * counts[one], 0);
  return { each, gateway: total(GATEWAY), provider: total(PROVIDER) };
}
