import type { Consent, MyData } from '@xinlu/rp-kit';
import { Browser, csrfOf } from './browser.ts';
import type { Country } from './country.ts';

type Details = Parameters<MyData['ask']>[0]['details'];

export const waiver = (rest: Partial<Details[number]> = {}): Details => [
  {
    purpose: 'tuition-waiver',
    dataset: 'household.members',
    provider: 'household',
    fields: ['members', 'address'],
    optional: ['address'],
    retention: 'P1Y',
    ...rest,
  },
  {
    purpose: 'tuition-waiver',
    dataset: 'welfare.low-income-status',
    provider: 'welfare',
    fields: ['status', 'valid_until', 'case_number'],
    optional: ['case_number'],
    retention: 'P1Y',
    ...rest,
  },
];

export const standing = (days = 90): Partial<Details[number]> => ({
  until: new Date(Date.now() + days * 86_400_000).toISOString(),
});

/** Goes from the relying party to the consent screen. */
export async function askAt(
  country: Country,
  details: Details,
  id: 'school' | 'bank' = 'school',
  more: Pick<Parameters<MyData['ask']>[0], 'grant' | 'tokenForm'> = {},
) {
  const browser = new Browser();
  const login = await country.loginAt(id, browser);
  const client = country.myData(id);
  const { url, pending } = await client.ask({
    idToken: login.idToken,
    subject: login.claims.sub,
    details,
    ...more,
  });
  const screen = await browser.follow(url, /\/consent\/callback/);
  return { browser, login, client, pending, screen };
}

/** The whole way to a consent in force. */
export async function consentTo(
  country: Country,
  details: Details,
  options: { id?: 'school' | 'bank'; fields?: string[]; tokenForm?: 'jwt' } = {},
): Promise<{ consent: Consent; client: MyData; browser: Browser }> {
  const { browser, client, pending, screen } = await askAt(
    country,
    details,
    options.id ?? 'school',
    options.tokenForm === undefined ? {} : { tokenForm: options.tokenForm },
  );
  const end = await browser.follow(`${screen.url}/decision`, /\/consent\/callback/, {
    _csrf: csrfOf(screen.body),
    decision: 'grant',
    field: options.fields ?? [],
  });
  return { consent: await client.complete(new URL(end.url), pending), client, browser };
}
