/** The clients that both sides serve, alike in all that the figures depend on. */
export type PartyId = 'school' | 'bank' | 'clinic' | 'shop' | 'machine';

type Kind = {
  /** FAPI 2.0: pushed requests and DPoP-bound tokens; else the plain code flow with PKCE. */
  strict: boolean;
  grants: readonly ('refresh_token' | 'client_credentials')[];
  withBrowser: boolean;
};

export const PARTIES: Readonly<Record<PartyId, Kind>> = {
  school: { strict: true, grants: [], withBrowser: true },
  bank: { strict: false, grants: [], withBrowser: true },
  clinic: { strict: true, grants: ['refresh_token'], withBrowser: true },
  shop: { strict: false, grants: ['refresh_token'], withBrowser: true },
  machine: { strict: false, grants: ['client_credentials'], withBrowser: false },
};

export const PARTY_IDS = Object.keys(PARTIES) as PartyId[];

/** What the machine asks tokens for: signed ones (RFC 9068), good for five minutes. */
export const RESOURCE = 'https://household.example/records';
export const RESOURCE_TOKEN_SECONDS = 300;
export const LOGIN_SECONDS = 8 * 3600;
/** For a party that can refresh it. */
export const SHORT_TOKEN_SECONDS = 900;
