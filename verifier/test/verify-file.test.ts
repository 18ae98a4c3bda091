import { beforeAll, describe, expect, test } from 'vitest';
import { base64url, utf8 } from '../src/encoding/bytes.ts';
import { composeFile, parseFile, type Report, type VerifyOptions, verifyFile } from '../src/index.ts';
import {
  disclosures,
  newKey,
  newWorld,
  now,
  origin,
  salt,
  seconds,
  statusListOf,
  titleDeedOf,
  type World,
} from './support/world.ts';

let world: World;
let deed: string;
let fresh: string;

beforeAll(async () => {
  world = await newWorld();
  deed = await titleDeedOf(world.landOffice);
  fresh = await statusListOf(world.landOffice, 0);
});

const judge = (text: string, options: Partial<VerifyOptions> = {}) =>
  verifyFile(text, { trust: world.trustText, at: now, ...options });

/** The codes of what did not pass. */
const faults = (report: Report) => report.checks.filter((c) => c.result !== 'pass').map((c) => c.code);

describe('when a paper is genuine', () => {
  test('then it is valid with the status list inside', async () => {
    const report = await judge(await world.file('credential', deed, 'land-office', { status: fresh }));
    expect(faults(report)).toEqual([]);
    expect(report.verdict).toBe('valid');
    expect(report.claims).toMatchObject({ owner: '林怡君', area: '85.20' });
    for (const { words } of report.checks) {
      expect(words.zh).not.toMatch(/[{}]/);
      expect(words.en).not.toMatch(/[{}]/);
    }
  });

  test('then it is valid with the status list beside it, as token or as file', async () => {
    const file = await world.file('credential', deed, 'land-office');
    expect((await judge(file, { status: `${fresh}\n` })).verdict).toBe('valid');
    const list = await world.file('status-list', fresh, 'land-office');
    expect((await judge(file, { status: list })).verdict).toBe('valid');
    expect((await judge(list)).verdict).toBe('valid');
  });

  test('then it is valid with fewer fields disclosed', async () => {
    const less = await titleDeedOf(world.landOffice, {}, disclosures.slice(0, 1));
    const report = await judge(await world.file('credential', less, 'land-office', { status: fresh }));
    expect(report.verdict).toBe('valid');
    expect(report.claims).not.toHaveProperty('area');
  });

  test('then receipts and access records of the broker are valid', async () => {
    const claims = { iss: 'consent', iat: seconds(now) - 10, consent_id: 'c' };
    const receipt = await world.broker.sign('xinlu-receipt+jwt', claims);
    expect((await judge(await world.file('receipt', receipt, 'consent'))).verdict).toBe('valid');
    const access = await world.broker.sign('xinlu-access+jwt', claims);
    expect((await judge(await world.file('access', access, 'consent'))).verdict).toBe('valid');
    expect(faults(await judge(await world.file('receipt', access, 'consent')))).toContain('signature.wrong');
  });
});

describe('when a byte is changed', () => {
  test('then every changed byte makes it not valid', async () => {
    const file = await world.file('credential', deed, 'land-office', { status: fresh });
    const bytes = Buffer.from(file);
    for (let at = 0; at < bytes.length - 1; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const { verdict } = await judge(changed.toString('utf8'));
      expect([at, verdict]).toEqual([at, 'not-valid']);
    }
  }, 60_000);

  test('then white space, other order and further members are no spelling of the same file', async () => {
    const file = await world.file('credential', deed, 'land-office', { status: fresh });
    const value = JSON.parse(file);
    for (const text of [
      JSON.stringify(value, null, 2),
      JSON.stringify({ ...value, more: 1 }),
      JSON.stringify(Object.fromEntries(Object.entries(value).reverse())),
      ` ${file}`,
      `${file}\n`,
    ]) {
      expect(parseFile(text)).toBeUndefined();
    }
    expect(parseFile(file.trimEnd())).toBeDefined();
  });
});

describe('when a document nests without end', () => {
  test('then it is no document, and nothing overflows', async () => {
    const nested = `{"iss":"land-office","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const header = base64url(utf8('{"alg":"ES256","typ":"dc+sd-jwt"}'));
    const document = [header, base64url(utf8(nested)), 'AAAA'].join('.');
    const disclosure = base64url(utf8(`["s","f",${nested}]`));
    for (const forged of [`${document}~`, `${deed.split('~')[0]}~${disclosure}~`]) {
      const report = await judge(composeFile({ kind: 'credential', document: forged, salt }));
      expect(report.verdict).toBe('not-valid');
      expect(faults(report)).toEqual(['form.altered']);
    }
  });
});

describe('when the issuer is not the right one', () => {
  test('then an unknown key is refused', async () => {
    const report = await judge(
      await world.file('credential', await titleDeedOf(await newKey()), 'land-office', { status: fresh }),
    );
    expect(report.verdict).toBe('not-valid');
    expect(faults(report)).toContain('signature.unknown-key');
  });

  test('then another issuer under the land office’s name, or for this kind of paper, is refused', async () => {
    const asLand = await titleDeedOf(world.otherIssuer, { status: undefined });
    expect(faults(await judge(await world.file('credential', asLand, 'land-office')))).toEqual([
      'issuer.other',
    ]);
    const asSelf = await titleDeedOf(world.otherIssuer, { iss: 'company-office', status: undefined });
    expect(faults(await judge(await world.file('credential', asSelf, 'company-office')))).toEqual([
      'issuer.not-entitled',
    ]);
  });

  test('then an issuer that was not registered at that time is refused', async () => {
    const early = await titleDeedOf(world.landOffice, {
      iat: seconds(new Date('2025-06-01')),
      status: undefined,
    });
    expect(faults(await judge(await world.file('credential', early, 'land-office')))).toEqual([
      'issuer.not-then',
    ]);
  });
});

describe('when disclosures are played with', () => {
  const withDisclosures = async (list: string[]) =>
    faults(
      await judge(
        await world.file(
          'credential',
          await titleDeedOf(world.landOffice, { status: undefined }, list),
          'land-office',
        ),
      ),
    );
  const forged = base64url(utf8(JSON.stringify(['s1', 'owner', '王大明'])));

  test('then a forged, a repeated or a foreign one is refused', async () => {
    expect(await withDisclosures([forged])).toEqual(['disclosures.foreign']);
    expect(await withDisclosures([disclosures[0] ?? '', disclosures[0] ?? ''])).toEqual([
      'disclosures.foreign',
    ]);
    expect(await withDisclosures([...disclosures, forged])).toEqual(['disclosures.foreign']);
  });
});

describe('when time has passed', () => {
  test('then an expired paper and one from the future are refused', async () => {
    const file = await world.file('credential', deed, 'land-office', { status: fresh });
    const later = await judge(file, { at: new Date(now.getTime() + 2 * 86_400_000) });
    expect(faults(later)).toEqual(['time.late', 'status.stale']);
    expect(later.verdict).toBe('not-valid');
    const earlier = await judge(file, { at: new Date(now.getTime() - 86_400_000) });
    expect(faults(earlier)).toContain('time.early');
  });
});

describe('when the status says so', () => {
  const withStatus = async (status: string | undefined, given?: string) =>
    judge(await world.file('credential', deed, 'land-office', { status }), { status: given });

  test('then revoked, suspended and superseded papers are not valid', async () => {
    for (const [value, code] of [
      [1, 'status.revoked'],
      [2, 'status.suspended'],
      [3, 'status.superseded'],
    ] as const) {
      const report = await withStatus(undefined, await statusListOf(world.landOffice, value));
      expect([report.verdict, ...faults(report)]).toEqual(['not-valid', code]);
    }
  });

  test('then a newer list beside the file overrules the one inside', async () => {
    const revoked = await statusListOf(world.landOffice, 1, { iat: seconds(now) });
    expect((await withStatus(fresh, revoked)).verdict).toBe('not-valid');
    const sameSecond = await statusListOf(world.landOffice, 2);
    expect((await withStatus(fresh, sameSecond)).verdict).toBe('not-valid');
    const revokedBefore = await statusListOf(world.landOffice, 1, { iat: seconds(now) - 90 });
    expect((await withStatus(fresh, revokedBefore)).verdict).toBe('not-valid');
    const older = await statusListOf(world.landOffice, 2, { iat: seconds(now) - 90 });
    expect((await withStatus(fresh, older)).verdict).toBe('valid');
  });

  test('then a list past its ttl or exp cannot tell, unless it already says revoked', async () => {
    for (const changes of [{ iat: seconds(now) - 7200 }, { exp: seconds(now) - 1 }, { ttl: undefined }]) {
      const report = await withStatus(undefined, await statusListOf(world.landOffice, 0, changes));
      expect([report.verdict, ...faults(report)]).toEqual(['cannot-tell', 'status.stale']);
    }
    const report = await withStatus(undefined, await statusListOf(world.landOffice, 1, { iat: 1 }));
    expect(faults(report)).toEqual(['status.revoked']);
  });

  test('then no list, or a list that is not this issuer’s for this paper, cannot tell', async () => {
    expect(faults(await withStatus(undefined))).toEqual(['status.missing']);
    for (const list of [
      await statusListOf(world.otherIssuer, 0),
      await statusListOf(world.landOffice, 0, { sub: 'https://land.example/status/2' }),
      await statusListOf(world.landOffice, 0, { status_list: { bits: 3, lst: 'AA' } }),
      await statusListOf(world.landOffice, 0, { status_list: { bits: 1, lst: 'eNoDAAAAAAE' } }),
      'no token',
    ]) {
      const report = await withStatus(undefined, list);
      expect([report.verdict, ...faults(report)]).toEqual(['cannot-tell', 'status.not-genuine']);
    }
  });

  test('then another issuer’s list inside the file is an alteration', async () => {
    expect(faults(await withStatus(await statusListOf(world.otherIssuer, 0)))).toEqual(['status.altered']);
  });
});

describe('when the evidence is played with', () => {
  const plain = () => titleDeedOf(world.landOffice, { status: undefined });

  test('then another document, salt or issuer does not stand in the log', async () => {
    const [document, other] = [
      await plain(),
      await titleDeedOf(world.landOffice, { status: undefined, x: 1 }),
    ];
    const { proof, anchor } = await world.evidence('credential', document, 'land-office');
    const parts = { kind: 'credential', salt, proof, anchor } as const;
    expect(faults(await judge(composeFile({ ...parts, document: other })))).toEqual(['log.not-included']);
    expect(faults(await judge(composeFile({ ...parts, document, salt: new Uint8Array(32) })))).toEqual([
      'log.not-included',
    ]);
    const elsewhere = await world.evidence('credential', document, 'company-office');
    expect(faults(await judge(composeFile({ ...parts, document, ...elsewhere })))).toEqual([
      'log.not-included',
    ]);
  });

  test('then a checkpoint of another log or under another key is refused', async () => {
    const document = await plain();
    const stranger = await newWorld();
    const foreign = await stranger.evidence('credential', document, 'land-office');
    expect(faults(await judge(composeFile({ kind: 'credential', document, salt, ...foreign })))).toEqual([
      'checkpoint.wrong',
      'anchor.forged',
    ]);
    const { proof, anchor, root } = await world.evidence('credential', document, 'land-office');
    const [, secondLine] = world.signCheckpoint(8, root).split('\n\n');
    const twice = `${proof}${secondLine}`;
    expect(
      faults(await judge(composeFile({ kind: 'credential', document, salt, proof: twice, anchor }))),
    ).toEqual(['checkpoint.wrong']);
    const renamed = `${proof.split('\n\n')[0]}\n\n${world.signCheckpoint(9, root, `${origin}/2`)}`;
    expect(
      faults(await judge(composeFile({ kind: 'credential', document, salt, proof: renamed, anchor }))),
    ).toContain('checkpoint.wrong');
  });

  test('then a forged anchor, another network and another checkpoint are refused, an unfinal one cannot tell', async () => {
    const document = await plain();
    const { root } = await world.evidence('credential', document, 'land-office');
    const withAnchor = async (anchor: string | undefined) => {
      const report = await judge(await world.file('credential', document, 'land-office', { anchor }));
      return [report.verdict, ...faults(report)];
    };
    expect(await withAnchor(await world.anchorStatement(9, root, {}, world.broker))).toEqual([
      'not-valid',
      'anchor.forged',
    ]);
    const borrowed = await world.anchorStatement(9, root, { iss: 'consent' }, world.broker);
    expect(await withAnchor(borrowed)).toEqual(['not-valid', 'anchor.forged']);
    expect(await withAnchor(await world.anchorStatement(9, root, { chain_id: 1 }))).toEqual([
      'not-valid',
      'anchor.wrong-network',
    ]);
    for (const changes of [{ contract: `0x${'00'.repeat(20)}` }, { size: 8 }, { log: 'x' }]) {
      expect(await withAnchor(await world.anchorStatement(9, root, changes))).toEqual([
        'not-valid',
        'anchor.mismatch',
      ]);
    }
    expect(await withAnchor(await world.anchorStatement(9, root, { state: 'included' }))).toEqual([
      'cannot-tell',
      'anchor.not-final',
    ]);
    expect(await withAnchor(undefined)).toEqual(['cannot-tell', 'anchor.missing']);
  });

  test('then a file without proof cannot tell', async () => {
    const report = await judge(composeFile({ kind: 'credential', document: await plain(), salt }));
    expect(report.verdict).toBe('cannot-tell');
    expect(faults(report)).toEqual(['log.missing', 'checkpoint.missing', 'anchor.missing']);
  });
});

describe('when the roots of trust are missing or false', () => {
  test('then nothing can be told', async () => {
    const file = await world.file('credential', deed, 'land-office', { status: fresh });
    expect((await judge(file, { trust: undefined })).verdict).toBe('cannot-tell');
    const stranger = await newWorld();
    const [header, , signature] = world.trust.snapshot.split('.');
    const grown = base64url(utf8(JSON.stringify({ version: 9, participants: [] })));
    const forgeries = [
      'not json',
      JSON.stringify({ ...world.trust, snapshot: [header, grown, signature].join('.') }),
      '{}',
      JSON.stringify({ ...world.trust, snapshot: stranger.trust.snapshot }),
      JSON.stringify({ ...world.trust, log: { ...world.trust.log, vkey: 'x+00000000+AQ==' } }),
    ];
    for (const trust of forgeries) {
      const report = await judge(file, { trust });
      expect([report.verdict, report.checks[1]?.code]).toEqual(['cannot-tell', 'trust.not-genuine']);
    }
  });
});
