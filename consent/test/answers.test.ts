import { systemClock } from '@xinlu/common/clock';
import { signAnswer } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { ReleaseResponse } from '@xinlu/common/wire';
import type { Consent } from '@xinlu/rp-kit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { consentTo, standing, waiver } from './support/consent.ts';
import { type Country, startCountry } from './support/country.ts';

let country: Country;
let consent: Consent;
beforeAll(async () => {
  country = await startCountry();
});
beforeEach(async () => {
  ({ consent } = await consentTo(country, waiver(standing())));
});
afterAll(() => country.close());

type Change = (answer: ReleaseResponse) => object;

/** A gateway that changes its answer; signed anew by `signer`, or not at all. */
function through(change: Change, options: { signer?: KeyRing; status?: number } = {}): typeof fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const status = options.status ?? response.status;
    const body = Buffer.from(JSON.stringify(change((await response.json()) as ReleaseResponse)));
    const request = {
      method: 'POST',
      url: String(url),
      headers: init?.headers as Record<string, string>,
      body: Buffer.from(init?.body as Uint8Array),
    };
    const signature =
      options.signer === undefined
        ? {}
        : signAnswer({ status, headers: {}, body }, request, options.signer, systemClock);
    return new Response(body, { status, headers: { 'content-type': 'application/json', ...signature } });
  };
}

const fetched = (fetch: typeof globalThis.fetch, datasets?: string[]) =>
  country.myData('school', { fetch }).fetch(consent, datasets);

const withoutFirst: Change = (answer) => ({ ...answer, results: answer.results.slice(1) });

describe('when the answer did not come from the gateway as it is', () => {
  test('then an unsigned one is refused', async () => {
    await expect(fetched(through((answer) => answer))).rejects.toMatchObject({
      code: 'gateway-answer-unsigned',
    });
  });

  test('then one that was changed on its way is refused', async () => {
    const changing: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      const answer = (await response.json()) as ReleaseResponse;
      return new Response(JSON.stringify(withoutFirst(answer)), { headers: response.headers });
    };
    await expect(fetched(changing)).rejects.toMatchObject({ code: 'content-digest-wrong' });
  });

  test('then one that another participant signed is refused', async () => {
    const signer = country.keys.household;
    await expect(fetched(through((answer) => answer, { signer }))).rejects.toMatchObject({
      code: 'signature-key-unknown',
    });
  });

  test('then a made-up refusal is not taken for hers', async () => {
    const forged = through(() => ({ code: 'consent-withdrawn', detail: 'x' }), { status: 403 });
    await expect(fetched(forged)).rejects.toMatchObject({
      code: 'gateway-answer-unsigned',
      extra: { claimedCode: 'consent-withdrawn' },
    });
  });
});

describe('when the gateway itself answers otherwise than it was asked', () => {
  const resigned = (change: Change) => through(change, { signer: country.keys.consent });

  test('then a dataset that it leaves out is named', async () => {
    const { results } = await fetched(resigned(withoutFirst));
    expect(results.map(({ dataset, error }) => [dataset, error?.code])).toEqual([
      ['welfare.low-income-status', undefined],
      ['household.members', 'dataset-missing'],
    ]);
  });

  test('then one that was asked for by name and is left out is named', async () => {
    const { results } = await fetched(resigned(withoutFirst), ['household.members']);
    expect(results.map(({ provider, error }) => [provider, error?.code])).toEqual([
      ['household', 'dataset-missing'],
    ]);
  });

  test('then a dataset given twice, or one that was not asked for, is refused', async () => {
    const twice = resigned((answer) => ({ ...answer, results: [...answer.results, ...answer.results] }));
    await expect(fetched(twice)).rejects.toMatchObject({ code: 'data-unbound' });
    const renamed: Change = (answer) => ({
      ...answer,
      results: answer.results.map((result) => ({ ...result, dataset: 'welfare.low-income-status' })),
    });
    await expect(fetched(resigned(renamed), ['household.members'])).rejects.toMatchObject({
      code: 'data-unbound',
    });
  });

  test('then an answer about another consent is refused', async () => {
    const other = resigned((answer) => ({ ...answer, consent_id: answer.release_id }));
    await expect(fetched(other)).rejects.toMatchObject({ code: 'data-unbound' });
  });
});
