import { frozenClock } from '@xinlu/common/clock';
import { systemIds } from '@xinlu/common/ids';
import { makeKeys } from '@xinlu/common/testing';
import { composeFile, type Report, verifyFile } from '@xinlu/verifier';
import { describe, expect, test } from 'vitest';
import { issueTitleDeed, newStatusList, signStatusList, titleDeedType, withStatus } from '../src/index.ts';
import { country, deed, listUri } from './support/country.ts';

const clock = frozenClock(new Date('2026-11-21T04:00:00Z'));

describe('when a land office issues a title deed', () => {
  test('then the verifier believes signature, issuer and disclosures, and knows each field', async () => {
    const { trust, keys } = await country(clock);
    const tools = { keys, clock, ids: systemIds };
    const document = await issueTitleDeed(
      deed,
      { issuer: 'land-office', status: { uri: listUri, index: 5 } },
      tools,
    );
    const list = withStatus(newStatusList(64), 4, 'revoked');
    const status = await signStatusList(keys, clock, {
      issuer: 'land-office',
      uri: listUri,
      list,
      ttlSeconds: 600,
    });
    const file = composeFile({ kind: 'credential', document, salt: new Uint8Array(32), status });
    const report = await verifyFile(file, { trust, at: clock.now() });
    expect(report.claims).toMatchObject({ ...deed, vct: titleDeedType, iss: 'land-office' });
    expect(passed(report)).toEqual(['form', 'trust', 'signature', 'issuer', 'disclosures', 'time', 'status']);
    const [jwt = ''] = document.split('~');
    const signed = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    expect(JSON.stringify(signed)).not.toContain(deed.owner_name);
    expect(signed.deed_number).toBe(deed.deed_number);
  });

  test('then a deed that is not whole is refused', async () => {
    const tools = { keys: await makeKeys(), clock, ids: systemIds };
    const order = { issuer: 'land-office', status: { uri: listUri, index: 5 } };
    expect(() => issueTitleDeed({ ...deed, area_square_metres: 'many' }, order, tools)).toThrow(
      expect.objectContaining({ code: 'title-deed-malformed' }),
    );
  });
});

describe('when a status changes', () => {
  test('then only that entry changes, and revoked is for ever', () => {
    const list = newStatusList(10);
    const suspended = withStatus(list, 9, 'suspended');
    expect([...list]).toEqual([0, 0, 0]);
    expect([...suspended]).toEqual([0, 0, 8]);
    expect([...withStatus(suspended, 9, 'valid')]).toEqual([0, 0, 0]);
    const revoked = withStatus(suspended, 9, 'revoked');
    expect(() => withStatus(revoked, 9, 'valid')).toThrow(expect.objectContaining({ code: 'status-final' }));
    expect([...withStatus(revoked, 9, 'revoked')]).toEqual([...revoked]);
    expect(() => withStatus(list, 12, 'revoked')).toThrow(
      expect.objectContaining({ code: 'status-index-unknown' }),
    );
    expect(() => withStatus(list, -1, 'revoked')).toThrow();
  });
});

function passed(report: Report) {
  return report.checks.filter(({ result }) => result === 'pass').map(({ name }) => name);
}
