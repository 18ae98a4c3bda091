import { refused, retryable } from '@xinlu/common/errors';
import type { Consent, MyData } from '@xinlu/rp-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApplications } from '../src/agencies/relying-party/applications.ts';
import { requestData } from '../src/agencies/relying-party/request-data.ts';
import { school } from '../src/agencies/relying-party/school/profile.ts';
import { type OpenCountry, openCountry } from './agencies.ts';

const form = { student_name: '林子喆', student_number: '1120386' };
const consent: Consent = {
  consentId: '0193a1b2-0000-7000-8000-000000000001',
  details: [],
  subject: 'lin',
  accessToken: 'secret-access-token',
  accessTokenExpiresAt: '2026-11-21T04:00:00Z',
  dpopKey: '{"secret":"dpop"}',
};
const results = [
  {
    provider: 'welfare',
    dataset: 'welfare.low-income-status',
    accessId: '0193a1b2-0000-7000-8000-000000000002',
    data: { status: 'low-income', valid_until: '2099-12-31' },
  },
  {
    provider: 'household',
    dataset: 'household.members',
    accessId: '0193a1b2-0000-7000-8000-000000000003',
    data: { members: [{ name: '林子喆', relation: '長子', born: '2009-09-03' }] },
  },
];

describe('an application', () => {
  let open: OpenCountry;
  beforeAll(async () => {
    open = await openCountry();
  });
  afterAll(() => open.close());

  const noVerification: MyData['verify'] = async () => {
    throw new Error('the school asks for data, not for answers');
  };

  const request = async (subject: string, fetch: MyData['fetch']) => {
    const applications = openApplications(open.country, 'school');
    const application = await applications.newest(subject);
    if (application?.consent === undefined) throw new Error('there is no consent');
    const { consent: kept } = application;
    await requestData(
      { ...application, consent: kept },
      { profile: school, myData: { fetch, verify: noVerification }, applications, clock: open.country.clock },
    );
    return applications.newest(subject);
  };

  const consented = async (subject: string) => {
    const applications = openApplications(open.country, 'school');
    const { id } = await applications.open(subject, form);
    await applications.keepConsent(id, { ...consent, subject });
    return id;
  };

  test('when the data came, then the decision stands after a restart, and tokens are not readable in the database', async () => {
    const id = await consented('lin');
    const decided = await request('lin', async (kept) => ({
      consent: { ...kept, accessToken: 'renewed-token' },
      results,
    }));
    expect(decided).toMatchObject({
      id,
      state: 'decided',
      decision: { outcome: 'approved', reason: 'full' },
      lastRequest: { ok: true },
      consent: { accessToken: 'renewed-token' },
    });
    const rows = await open.country.database.query('SELECT consent FROM application WHERE id = $1', [id]);
    expect(JSON.stringify(rows)).not.toMatch(/token|dpop/);
  });

  test('when she withdrew, then the next request is noted as refused and the earlier decision stands', async () => {
    await consented('chen');
    await request('chen', async (kept) => ({ consent: kept, results }));
    const after = await request('chen', async () => {
      throw refused('consent-withdrawn', 'The consent was withdrawn.', { status: 403 });
    });
    expect(after).toMatchObject({
      state: 'decided',
      decision: { outcome: 'approved' },
      lastRequest: { ok: false, code: 'consent-withdrawn' },
    });
  });

  test('when the gateway is away, then the consent is kept and the request can be made again', async () => {
    await consented('wang');
    const after = await request('wang', async () => {
      throw retryable('peer-unreachable', 'away');
    });
    expect(after).toMatchObject({ state: 'consented', lastRequest: { ok: false, code: 'peer-unreachable' } });
    expect((await request('wang', async (kept) => ({ consent: kept, results })))?.state).toBe('decided');
  });

  test('when she refuses after a decision was made, then the decision is not touched', async () => {
    const id = await consented('li');
    await request('li', async (kept) => ({ consent: kept, results }));
    const applications = openApplications(open.country, 'school');
    await applications.refuse(id, { at: new Date().toISOString(), ok: false, code: 'access_denied' });
    expect((await applications.newest('li'))?.state).toBe('decided');
  });

  test('when two sites have the same subject, then neither sees the other', async () => {
    expect(await openApplications(open.country, 'bank').newest('lin')).toBeUndefined();
  });
});
