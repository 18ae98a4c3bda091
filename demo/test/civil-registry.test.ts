import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen } from '@xinlu/common/http';
import { signedFetch } from '@xinlu/common/http-signature';
import { loadKeys } from '@xinlu/common/keys';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCivilRegistry } from '../src/agencies/civil-registry/app.ts';
import { citizenById } from '../src/country/citizens.ts';
import { readJson } from '../src/country/files.ts';
import { wards } from '../src/country/guardians.ts';
import { fingerprint } from '../src/pki/open.ts';
import type { CardRecord } from '../src/seed/cards.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

describe('the civil registry', () => {
  let open: OpenCountry;
  let app: Awaited<ReturnType<typeof buildCivilRegistry>>['app'];
  let base: string;
  /** The registry knows its public address; the test's transport brings the request to the port it really has. */
  const publicUrl = 'http://localhost:4017';
  const transport: typeof fetch = (input, init) => fetch(String(input).replace(publicUrl, base), init);

  beforeAll(async () => {
    open = await openCountry();
    app = (await buildCivilRegistry(open.country)).app;
    base = await listen(app, { host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await app.close();
    await open.close();
  });

  const card = (): CardRecord => readJson(open.seeded.files.card('lin-yijun', 'card.json'));
  const ca = () => fingerprint(readFileSync(open.seeded.files.authority('moica-g3', 'certificate.der')));
  const keysOf = (id: string) => loadKeys(join(open.seeded.keysFolder, `${id}.json`));

  const confirm = async (over: object = {}, signer = 'idp') => {
    const ask = signedFetch({ keys: await keysOf(signer), fetch: transport });
    return ask(`${publicUrl}/confirmations`, {
      json: { ca: ca(), serial: card().serial, national_id: card().nationalId, ...over },
      answerKeys: open.country.register().signingKeys('civil-registry'),
    });
  };

  test('when the identity provider asks about the true holder, then it gets a signed yes', async () => {
    expect(await confirm()).toMatchObject({ status: 200, json: { confirmed: true, state: 'living' } });
  });

  test('when person, serial or authority is another, then the answer is a plain no', async () => {
    const other = citizenById('chen-zhiming')?.nationalId;
    const otherCa = fingerprint(readFileSync(open.seeded.files.authority('moica-g4', 'certificate.der')));
    for (const over of [
      { national_id: other },
      { national_id: 'A123456789' },
      { serial: '01' },
      { ca: otherCa },
    ])
      expect((await confirm(over)).json).toEqual({ confirmed: false });
  });

  test('when asked about a guardian, then it confirms a parent of a minor, with name and end, and nobody else', async () => {
    const guardianship = async (guardian: string, ward: string, signer = 'idp') => {
      const ask = signedFetch({ keys: await keysOf(signer), fetch: transport });
      return ask(`${publicUrl}/guardianships`, {
        json: { guardian_national_id: guardian, ward_national_id: ward },
        answerKeys: open.country.register().signingKeys('civil-registry'),
      });
    };
    const [ward] = wards;
    const child = ward?.nationalId ?? '';
    const other = citizenById('chen-zhiming')?.nationalId ?? '';
    const parent = citizenById('lin-yijun')?.nationalId ?? '';
    expect((await guardianship(parent, child)).json).toEqual({
      confirmed: true,
      ward_name: '林子喆',
      until: '2027-09-02T16:00:00.000Z',
    });
    for (const [guardian, asked] of [
      [other, child],
      [parent, other],
      [child, child],
    ] as const)
      expect((await guardianship(guardian, asked)).json).toEqual({ confirmed: false });
    expect(await guardianship(parent, child, 'consent')).toMatchObject({
      status: 403,
      json: { code: 'role-missing' },
    });
  });

  test('when nobody signed, then nothing is told', async () => {
    const answer = await fetch(`${base}/confirmations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ca: ca(), serial: card().serial, national_id: card().nationalId }),
    });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('confirmed');
  });

  test('when a registered party of another role asks, then it is refused', async () => {
    expect(await confirm({}, 'consent')).toMatchObject({ status: 403, json: { code: 'role-missing' } });
    const ask = signedFetch({ keys: await keysOf('consent'), fetch: transport });
    const answer = await ask(`${publicUrl}/confirmations`, {
      json: { ca: ca(), serial: card().serial, national_id: card().nationalId },
    });
    expect(answer.status).toBe(403);
  });

  test('when the question is malformed, then the fault is named', async () => {
    const ask = signedFetch({ keys: await keysOf('idp'), fetch: transport });
    const answer = await ask(`${publicUrl}/confirmations`, { json: { ca: 'x', serial: '01' } });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'request-malformed' });
  });
});
