import { describe, expect, test } from 'vitest';
import { type Report, type VerifyOptions, verifyFile } from '../src/index.ts';
import { newKey, newWorld, now, seconds, statusListOf, type TestKey, titleDeedOf } from './support/world.ts';

/** The codes of what did not pass. */
const faults = (report: Report) => report.checks.filter((c) => c.result !== 'pass').map((c) => c.code);
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

/** A land office that changed its key thirty days ago; the paper of its former key stands in the log at index 5. */
async function rotated(revoked?: { logIndex: number }) {
  const former = await newKey();
  const world = await newWorld({
    'land-office': (current) => ({
      past: {
        keys: [
          {
            key: former.jwk,
            from: daysAgo(300).toISOString(),
            until: daysAgo(30).toISOString(),
            ...(revoked && { revoked: { at: daysAgo(20).toISOString(), reason: 'compromised', ...revoked } }),
          },
          { key: current.jwk, from: daysAgo(30).toISOString() },
        ],
      },
    }),
  });
  const judge = async (key: TestKey, issued: Date, options: Partial<VerifyOptions> & { proof?: '' } = {}) => {
    const deed = await titleDeedOf(key, { iat: seconds(issued), exp: undefined });
    const { proof, ...rest } = options;
    const file = await world.file('credential', deed, 'land-office', {
      status: await statusListOf(world.landOffice, 0),
      ...(proof === '' && { proof: undefined, anchor: undefined }),
    });
    return verifyFile(file, { trust: world.trustText, at: now, ...rest });
  };
  return { former, world, judge };
}

describe('when an issuer changed its key', () => {
  test('then what each key signed in its time is valid, and nothing else', async () => {
    const { former, world, judge } = await rotated();
    expect((await judge(former, daysAgo(100))).verdict).toBe('valid');
    expect((await judge(world.landOffice, daysAgo(1))).verdict).toBe('valid');
    expect(faults(await judge(former, daysAgo(29)))).toEqual(['key.expired']);
    expect(faults(await judge(former, daysAgo(301)))).toContain('key.early');
    expect(faults(await judge(world.landOffice, daysAgo(31)))).toEqual(['key.early']);
  });

  test('then a register that gives the key of one to another, or two keys one name, is not believed', async () => {
    const stranger = await newKey();
    for (const key of [{ ...stranger.jwk, kid: 'x' }, { x: 'y' }]) {
      const world = await newWorld({
        'land-office': (current) => ({
          past: {
            keys: [
              { key: key.x === 'y' ? key : { ...key, kid: current.jwk.kid }, from: '2026-01-01T00:00:00Z' },
            ],
          },
        }),
      });
      const file = await world.file('credential', await titleDeedOf(world.landOffice), 'land-office');
      const report = await verifyFile(file, { trust: world.trustText, at: now });
      expect(report.checks[1]?.code).toBe('trust.not-genuine');
    }
  });
});

describe('when a key was revoked', () => {
  test('then what stands in the log before the revocation counts, whatever time a document names', async () => {
    const after = await rotated({ logIndex: 6 });
    const before = await rotated({ logIndex: 5 });
    const report = await after.judge(after.former, daysAgo(100));
    expect([report.verdict, report.checks.find(({ name }) => name === 'key')?.code]).toEqual([
      'valid',
      'key.revoked-later',
    ]);
    const stolen = await before.judge(before.former, daysAgo(100));
    expect([stolen.verdict, ...faults(stolen)]).toEqual(['not-valid', 'key.revoked']);
    // Asked about a time before the revocation was known, the answer is the same: the log has the order.
    const then = await before.judge(before.former, daysAgo(100), { at: daysAgo(25) });
    expect(faults(then)).toContain('key.revoked');
  });

  test('then without a place in the log nobody can tell', async () => {
    const { former, judge } = await rotated({ logIndex: 6 });
    const report = await judge(former, daysAgo(100), { proof: '' });
    expect(report.verdict).toBe('cannot-tell');
    expect(faults(report)).toContain('key.revoked-unlogged');
  });

  test('then its status lists do not count', async () => {
    const { former, world } = await rotated({ logIndex: 6 });
    const deed = await titleDeedOf(former, { iat: seconds(daysAgo(100)), exp: undefined });
    const list = await statusListOf(former, 0, { iat: seconds(daysAgo(31)), ttl: 1e9 });
    const file = await world.file('credential', deed, 'land-office', { status: list });
    const report = await verifyFile(file, { trust: world.trustText, at: now });
    expect([report.verdict, ...faults(report)]).toEqual(['cannot-tell', 'status.key-revoked']);
    const newer = await statusListOf(world.landOffice, 0);
    const answer = await verifyFile(file, { trust: world.trustText, at: now, status: newer });
    expect(answer.verdict).toBe('valid');
  });
});

describe('when an office signs today how its status list was then', () => {
  test('then a list by the key of today counts for the time before it, one by a key that is over does not', async () => {
    const { former, world } = await rotated();
    const deed = await titleDeedOf(former, { iat: seconds(daysAgo(100)), exp: undefined });
    const file = await world.file('credential', deed, 'land-office');
    const ask = async (key: TestKey, at: Date) => {
      const status = await statusListOf(key, 0, { iat: seconds(at) });
      const report = await verifyFile(file, { trust: world.trustText, at, status });
      return [report.verdict, ...faults(report)];
    };
    expect(await ask(world.landOffice, daysAgo(90))).toEqual(['valid']);
    expect(await ask(former, daysAgo(1))).toEqual(['cannot-tell', 'status.not-genuine']);
  });
});

describe('when the key of the log’s operator was revoked, or is not in force', () => {
  test('then its word about an anchor does not count', async () => {
    const terms = [
      { from: daysAgo(9).toISOString(), revoked: { at: now.toISOString(), logIndex: 99, reason: 'ceased' } },
      { from: daysAgo(9).toISOString(), until: daysAgo(1).toISOString() },
    ];
    for (const term of terms) {
      const world = await newWorld({ ledger: ({ jwk }) => ({ past: { keys: [{ key: jwk, ...term }] } }) });
      const deed = await titleDeedOf(world.landOffice, { status: undefined });
      const file = await world.file('credential', deed, 'land-office');
      const report = await verifyFile(file, { trust: world.trustText, at: now });
      expect([report.verdict, ...faults(report)]).toEqual(['cannot-tell', 'anchor.key-out-of-force']);
    }
  });
});

describe('when roles changed', () => {
  test('then the role at the time of issue counts', async () => {
    const past = (until: Date) => () => ({
      issuer: { credentialTypes: ['urn:other'] },
      past: {
        entitlements: [
          {
            roles: ['issuer'],
            credentialTypes: ['urn:xinlu:credential:land-title-deed:1'],
            from: '2026-01-01T00:00:00Z',
            until: until.toISOString(),
          },
        ],
      },
    });
    const judge = async (until: Date, changes: object = {}) => {
      const world = await newWorld({ 'land-office': past(until) });
      const deed = await titleDeedOf(world.landOffice, {
        iat: seconds(daysAgo(10)),
        status: undefined,
        ...changes,
      });
      const file = await world.file('credential', deed, 'land-office');
      return verifyFile(file, { trust: world.trustText, at: now });
    };
    expect((await judge(daysAgo(9))).verdict).toBe('valid');
    expect(faults(await judge(daysAgo(11)))).toEqual(['issuer.not-then']);
    // What it may issue now it might not issue before its former entitlement ended.
    expect(faults(await judge(daysAgo(9), { vct: 'urn:other' }))).toEqual(['issuer.not-then']);
    expect((await judge(daysAgo(11), { vct: 'urn:other' })).verdict).toBe('valid');
  });
});

describe('when the question is about a time gone by', () => {
  const ask = async (inside: { status: number; at: Date }, given?: { status: number; at: Date }) => {
    const world = await newWorld();
    const deed = await titleDeedOf(world.landOffice, { iat: seconds(daysAgo(100)), exp: undefined });
    const listOf = ({ status, at }: { status: number; at: Date }) =>
      statusListOf(world.landOffice, status, { iat: seconds(at), ttl: 86_400 });
    const file = await world.file('credential', deed, 'land-office', { status: await listOf(inside) });
    const report = await verifyFile(file, {
      trust: world.trustText,
      at: daysAgo(10),
      status: given && (await listOf(given)),
    });
    return [report.verdict, ...faults(report)];
  };
  const then = daysAgo(10.2);
  const since = daysAgo(3);

  test('then the list of that time answers, whatever came later', async () => {
    expect(await ask({ status: 0, at: then })).toEqual(['valid']);
    expect(await ask({ status: 0, at: then }, { status: 1, at: since })).toEqual(['valid']);
    expect(await ask({ status: 2, at: then }, { status: 0, at: since })).toEqual([
      'not-valid',
      'status.suspended',
    ]);
    expect(await ask({ status: 1, at: daysAgo(40) }, { status: 0, at: then })).toEqual([
      'not-valid',
      'status.revoked',
    ]);
  });

  test('then a later list alone cannot tell, and says what it knows', async () => {
    expect(await ask({ status: 1, at: since })).toEqual(['cannot-tell', 'status.revoked-since']);
    expect(await ask({ status: 3, at: since })).toEqual(['cannot-tell', 'status.revoked-since']);
    expect(await ask({ status: 0, at: since })).toEqual(['cannot-tell', 'status.later']);
  });
});
