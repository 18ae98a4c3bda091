import { type Clock, systemClock } from '@xinlu/common/clock';
import { isAppError, refused } from '@xinlu/common/errors';
import { encryptNested, type KeyRing } from '@xinlu/common/keys';
import { createOidcClient } from '@xinlu/common/oidc-client';
import type { RegisterView } from '@xinlu/common/register';
import { GrantedDetail, type MyDataDetail, parser, type SealedCheck } from '@xinlu/common/wire';
import { Type } from 'typebox';
import { callGateway, type Gateway, openGatewayStream } from './call-gateway.ts';
import { manageGrant } from './manage-grant.ts';
import { openResult } from './open-result.ts';
import { openStream } from './open-stream.ts';
import type { Consent, Release, ReleaseStream } from './types.ts';

export type MyDataOptions = {
  /** The consent service's issuer, e.g. https://consent.example */
  issuer: string;
  /** Our id in the participant register. */
  clientId: string;
  keys: KeyRing;
  /** One of our registered `consentRedirectUris`. */
  redirectUri: string;
  register: () => RegisterView;
  /** For an issuer on plain http on localhost alone. */
  allowHttp: boolean;
  clock?: Clock;
  timeoutMilliseconds?: number;
  /** How the gateway is reached, where plain `fetch` will not do (a proxy, a test that listens in). */
  fetch?: typeof globalThis.fetch;
};

export type MyData = {
  /** Sends the request ahead (PAR) and says where to send the browser. Keep `pending` in her session. */
  ask(request: {
    /** Her id_token from the identity provider, so that nobody else can answer for her. */
    idToken: string;
    subject: string;
    details: Omit<MyDataDetail, 'type'>[];
    /** More into an earlier consent (`merge`), or this in its place (`replace`): its `grantId`. */
    grant?: { action: 'merge' | 'replace'; id: string };
    /** `jwt` for a self-contained access token (RFC 9068); opaque unless told. */
    tokenForm?: 'jwt';
  }): Promise<{ url: string; pending: string }>;
  /** Redeems the answer at our redirect URI. Refusal `login-refused` with `extra.error` = `access_denied` when she said no. */
  complete(currentUrl: URL, pending: string): Promise<Consent>;
  /**
   * Gets the data. The consent that comes back may hold newer tokens: keep it in place of the old one. Refusals carry the
   * gateway's code: `consent-withdrawn`, `consent-expired`, `consent-used`, `frequency-exceeded` ... as it signed them; an
   * answer that is not provably its own is `gateway-answer-unsigned` or `signature-*`. Every dataset that was asked for
   * is among the results.
   */
  fetch(consent: Consent, datasets?: string[]): Promise<{ consent: Consent; results: Release[] }>;
  /**
   * Gets one dataset as a stream of records, for what is too large for one document (50 MB at most). Nothing of it is held
   * in memory beyond a piece of some 64 KB. Refusals as those of `fetch`, before it resolves or while it is read.
   */
  stream(consent: Consent, dataset: string): Promise<{ consent: Consent; release: ReleaseStream }>;
  /**
   * Asks yes or no about a dataset that she consented to have verified (電子查驗): what the fields are tested against is
   * sealed to the provider, and only answers come back.
   */
  verify(
    consent: Consent,
    question: { dataset: string; caseNumber: string; reason: string; checks: SealedCheck[] },
  ): Promise<{ consent: Consent; result: Release }>;
  /** What the consent covers now, as the consent service says; undefined once it has ended (Grant Management, query). */
  granted(consent: Consent): Promise<GrantedDetail[] | undefined>;
  /** Gives the consent back when it is no longer needed: all its tokens die (Grant Management, revoke). */
  giveBack(consent: Consent): Promise<void>;
};

const parseGranted = parser(
  Type.Array(GrantedDetail, { minItems: 1 }),
  'granted-details-malformed',
  'The granted details',
);
const EARLY_MILLISECONDS = 10_000;

type Tokens = { access_token: string; expires_in?: number | undefined; refresh_token?: string | undefined };

/** A relying party's whole dealing with MyData: ask, complete, fetch. */
export function createMyData(options: MyDataOptions): MyData {
  const clock = options.clock ?? systemClock;
  const { issuer, clientId, keys, redirectUri, allowHttp } = options;
  const oidc = createOidcClient({ issuer, clientId, keys, redirectUri, scope: 'openid', allowHttp });
  const base = issuer.replace(/\/$/, '');
  const gateway: Gateway = {
    url: `${base}/gateway/release`,
    keys,
    register: options.register,
    clock,
    timeoutMilliseconds: options.timeoutMilliseconds ?? 30_000,
    fetch: options.fetch ?? globalThis.fetch,
  };

  function withTokens(
    consent: Omit<Consent, 'accessToken' | 'accessTokenExpiresAt'>,
    tokens: Tokens,
  ): Consent {
    const expires = clock.now().getTime() + (tokens.expires_in ?? 0) * 1000;
    return {
      ...consent,
      accessToken: tokens.access_token,
      accessTokenExpiresAt: new Date(expires).toISOString(),
      ...(tokens.refresh_token === undefined ? {} : { refreshToken: tokens.refresh_token }),
    };
  }

  async function fresh(consent: Consent): Promise<Consent> {
    const left = Date.parse(consent.accessTokenExpiresAt) - clock.now().getTime();
    if (consent.refreshToken === undefined || left > EARLY_MILLISECONDS) return consent;
    try {
      return withTokens(consent, await oidc.refresh(consent.refreshToken, consent.dpopKey));
    } catch (error) {
      // The token died with its consent; the gateway knows why and says so.
      if (isAppError(error) && error.code === 'login-refused') return consent;
      throw error;
    }
  }

  return {
    async ask({ idToken, subject, details, grant, tokenForm }) {
      const { url, pending } = await oidc.begin({
        parameters: {
          id_token_hint: idToken,
          ...(grant === undefined ? {} : { grant_management_action: grant.action, grant_id: grant.id }),
          ...(tokenForm === undefined ? {} : { resource: `${base}/gateway` }),
        },
        authorizationDetails: details.map((detail) => ({ type: 'mydata', ...detail })),
      });
      return { url, pending: JSON.stringify({ pending, subject }) };
    },
    async complete(currentUrl, text) {
      const { pending, subject } = JSON.parse(text) as { pending: string; subject: string };
      const { tokens, claims, dpopKey } = await oidc.complete(currentUrl, pending);
      if (claims.sub !== subject) {
        throw refused('another-person', 'Another person answered than the one who is logged in here.');
      }
      const details = parseGranted.parse(tokens['authorization_details']);
      const consentId = details[0]?.consent_id ?? '';
      const grantId = tokens['grant_id'];
      return withTokens(
        { consentId, details, subject, dpopKey, ...(typeof grantId === 'string' ? { grantId } : {}) },
        tokens,
      );
    },
    async verify(stored, { dataset, caseNumber, reason, checks }) {
      const consent = await fresh(stored);
      const provider = consent.details.find((detail) => detail.dataset === dataset)?.provider ?? '';
      const key = options.register().encryptionKey(provider);
      if (key === undefined) throw refused('provider-key-missing', 'The provider has no registered key.');
      const verification = {
        case_number: caseNumber,
        reason,
        checks: checks.map(({ field, test }) => ({ field, test })),
        sealed: await encryptNested(JSON.stringify(checks), key),
      };
      const [answer] = await callGateway(gateway, consent, [dataset], verification);
      if (answer === undefined)
        throw refused('data-unbound', "The gateway's answer is not for this request.");
      const opener = { clientId, keys, register: options.register, clock };
      return { consent, result: await openResult(opener, consent, answer, verification.checks) };
    },
    async granted(consent) {
      const { status, json } = await manageGrant(oidc, base, consent, 'query');
      if (status === 404) return undefined;
      return parseGranted.parse((json as { authorization_details?: unknown })?.authorization_details);
    },
    async giveBack(consent) {
      await manageGrant(oidc, base, consent, 'revoke');
    },
    async stream(stored, dataset) {
      const consent = await fresh(stored);
      const opener = { clientId, keys, register: options.register, clock };
      const stream = await openGatewayStream(gateway, consent, dataset);
      return { consent, release: await openStream(opener, consent, dataset, stream) };
    },
    async fetch(stored, datasets) {
      const consent = await fresh(stored);
      const results = await callGateway(gateway, consent, datasets);
      const opener = { clientId, keys, register: options.register, clock };
      return {
        consent,
        results: await Promise.all(results.map((result) => openResult(opener, consent, result))),
      };
    },
  };
}

export type { Consent, Release, ReleaseStream } from './types.ts';
