import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { canonicalJson, sha256Base64url } from '@xinlu/common/canonical';
import { systemClock } from '@xinlu/common/clock';
import { verifyRequest } from '@xinlu/common/http-signature';
import { encryptNested, type KeyRing, signJwt } from '@xinlu/common/keys';
import type { RegisterView } from '@xinlu/common/register';
import {
  CONFIRMATION_JWT_TYPE,
  type ConfirmationAsked,
  type ConsentStatement,
  type MandateKind,
} from '@xinlu/common/wire';
import Provider, { type Configuration, type JWKS } from 'oidc-provider';
import { softPasskey } from './soft-passkey.ts';

/** A person who acts for another: one account, of which the tokens speak as of the other. */
const BY = ' by ';
const principalOf = (account: string) => account.split(BY)[0] ?? account;
const actorOf = (account: string) => account.split(BY)[1];

type FakeConfirmation = {
  account: string;
  statement: ConsentStatement;
  returnTo: string;
  answer?: { state: 'signed'; confirmation: string } | { state: 'refused' };
};

export type Person = { id: string; nationalId: string };

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * As much of an identity provider as this room's tests need: real OpenID Connect by oidc-provider, whoever sits at the
 * browser is logged in at once, and envelopes are made as the contract says.
 */
export function startFakeIdp(options: { issuer: string; keys: KeyRing; register: () => RegisterView }) {
  const { issuer, keys } = options;
  const state = {
    person: { id: 'person-1', nationalId: 'A229871345' } as Person,
    acr: 'substantial',
    grants: new Map<string, { person: Person; consentHash: string; providers: string[] }>(),
    /** What a grant was ever made for: another one for the same is refused, ended or not. */
    bound: new Map<string, string>(),
    ended: [] as string[],
    /** For whom she acts, wherever she signs in, and in what. */
    actsFor: undefined as { person: Person; kind: MandateKind; actions: string[] } | undefined,
    endedMandates: new Set<string>(),
    envelopesFail: false,
    /** Signs for whoever is asked to sign; refuses in her place where it is told to. */
    signs: true,
    passkey: softPasskey(issuer),
    /** What its word on a signature says otherwise than it is, and by whose keys. */
    says: {} as Record<string, unknown>,
    signsBy: keys,
    confirmations: new Map<string, FakeConfirmation>(),
  };
  const people = new Map<string, Person>();
  const mandates = new Map<string, { kind: MandateKind; actions: string[] }>();
  const details = (account: string, ctx: { oidc: { client?: { clientId: string } } }) => [
    {
      type: 'mandate',
      identifier: sha256Base64url(`${account} ${ctx.oidc.client?.clientId}`),
      ...mandates.get(account),
    },
  ];
  const subject = (account: string, client: string) => sha256Base64url(`${principalOf(account)} ${client}`);
  const actor = (account: string, client: string) => {
    const by = actorOf(account);
    return by === undefined ? {} : { act: { sub: subject(by, client) } };
  };
  const clients = () =>
    options
      .register()
      .byRole('rp')
      .map((participant) => ({
        client_id: participant.id,
        redirect_uris: participant.relyingParty?.redirectUris ?? [],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'private_key_jwt',
        id_token_signed_response_alg: 'ES256',
        subject_type: 'pairwise',
        dpop_bound_access_tokens: true,
        jwks: { keys: participant.keys },
      }));
  const configuration = {
    clients: clients(),
    jwks: { keys: [keys.signing.privateJwk] } as JWKS,
    subjectTypes: ['pairwise'],
    acrValues: ['low', 'substantial', 'high'],
    claims: { openid: ['sub', 'subject_at', 'act', 'authorization_details'], acr: null, auth_time: null },
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      dPoP: { enabled: true },
      userinfo: { enabled: false },
    },
    conformIdTokenClaims: false,
    pairwiseIdentifier: (_ctx: unknown, account: string, client: { clientId: string }) =>
      subject(account, client.clientId),
    findAccount: (ctx: { oidc: { client?: { clientId: string } } }, account: string) => ({
      accountId: account,
      claims: (_use: string, _scope: string, claims: Record<string, { value?: string }>) => {
        const asked = claims?.['subject_at']?.value;
        return {
          sub: account,
          ...actor(account, ctx.oidc.client?.clientId ?? ''),
          ...(actorOf(account) === undefined ? {} : { authorization_details: details(account, ctx) }),
          ...(asked === undefined
            ? {}
            : { subject_at: { client_id: asked, sub: subject(account, asked), ...actor(account, asked) } }),
        };
      },
    }),
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/auto/${interaction.uid}` },
    cookies: { keys: ['test'], names: { session: 'idp_s', interaction: 'idp_i', resume: 'idp_r' } },
    ttl: {
      AccessToken: 600,
      Grant: 600,
      Interaction: 600,
      Session: 600,
      IdToken: 600,
      AuthorizationCode: 60,
    },
  };
  const provider = new Provider(issuer, configuration as unknown as Configuration);
  const handle = provider.callback();

  async function finish(request: IncomingMessage, response: import('node:http').ServerResponse) {
    const { params } = await provider.interactionDetails(request, response);
    const { person, acr, actsFor } = state;
    const account = actsFor === undefined ? person.id : `${actsFor.person.id}${BY}${person.id}`;
    people.set(account, actsFor?.person ?? person);
    if (actsFor !== undefined) mandates.set(account, { kind: actsFor.kind, actions: actsFor.actions });
    const grant = new provider.Grant({ accountId: account, clientId: String(params['client_id']) });
    grant.addOIDCScope('openid');
    grant.addOIDCClaims(['subject_at', 'acr', 'auth_time', 'act', 'authorization_details']);
    await provider.interactionFinished(
      request,
      response,
      {
        login: { accountId: account, acr, amr: ['hwk'], remember: false },
        consent: { grantId: await grant.save() },
      },
      { mergeWithLastSubmission: false },
    );
  }

  async function signed(request: IncomingMessage, body: Buffer): Promise<string> {
    const headers = request.headers as Record<string, string>;
    const message = { method: request.method ?? '', url: `${issuer}${request.url}`, headers, body };
    const { kid } = verifyRequest(message, (id) => options.register().key(id)?.jwk, systemClock);
    return options.register().key(kid)?.participant.id ?? '';
  }

  /** What the identity provider says once her passkey has signed. */
  function confirm({ statement, account }: FakeConfirmation): Promise<string> {
    const hash = sha256Base64url(canonicalJson(statement));
    return signJwt(state.signsBy, CONFIRMATION_JWT_TYPE, {
      iss: issuer,
      aud: 'consent',
      jti: randomUUID(),
      iat: Math.floor(Date.now() / 1000),
      sub: statement.subject,
      ...actor(account, statement.client_id),
      statement_hash: hash,
      acr: 'substantial',
      webauthn: state.passkey.sign(hash),
      ...state.says,
    });
  }

  /** Her browser at the page where she signs: she does so at once. */
  async function signing(id: string, response: import('node:http').ServerResponse): Promise<void> {
    const asked = state.confirmations.get(id);
    if (asked === undefined) return void response.writeHead(404).end();
    asked.answer ??= state.signs
      ? { state: 'signed', confirmation: await confirm(asked) }
      : { state: 'refused' };
    response.writeHead(303, { location: `${asked.returnTo}?confirmation=${id}` }).end();
  }

  const server = createServer(async (request, response) => {
    const json = (status: number, value?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    try {
      const path = request.url ?? '/';
      if (path.startsWith('/auto/')) return await finish(request, response);
      if (path.startsWith('/confirm/')) return await signing(path.slice('/confirm/'.length), response);
      if (!/^\/(?:envelope|confirmations)/.test(path)) return await handle(request, response);
      const body = await read(request);
      if ((await signed(request, body)) !== 'consent') return json(403, { code: 'not-broker' });
      if (path === '/confirmations') {
        const { access_token, statement, return_to } = JSON.parse(String(body)) as ConfirmationAsked;
        const token = await provider.AccessToken.find(access_token);
        const account = token?.accountId ?? '';
        if (!people.has(account) || subject(account, statement.client_id) !== statement.subject)
          return json(403, { code: 'statement-wrong' });
        const id = randomBytes(32).toString('base64url');
        state.confirmations.set(id, { account, statement, returnTo: return_to });
        return json(201, { id, url: `${issuer}/confirm/${id}` });
      }
      if (path.startsWith('/confirmations/')) {
        const asked = state.confirmations.get(path.split('/').at(-1) ?? '');
        if (asked === undefined) return json(404, { code: 'confirmation-unknown' });
        return json(200, asked.answer ?? { state: 'open' });
      }
      if (path === '/envelope-grants/of-ended-mandates')
        return json(200, { grant_ids: [...state.endedMandates] });
      if (request.method === 'DELETE') {
        const id = path.split('/').at(-1) ?? '';
        state.ended.push(id);
        state.endedMandates.delete(id);
        state.grants.delete(id);
        return json(204);
      }
      const asked = JSON.parse(body.toString('utf8')) as Record<string, string> & { providers: string[] };
      if (path === '/envelope-grants') {
        const token = await provider.AccessToken.find(asked['access_token'] ?? '');
        const person = people.get(token?.accountId ?? '');
        if (person === undefined) return json(403, { code: 'token-invalid' });
        const bound = state.bound.get(asked['consent_id'] ?? '');
        if (bound !== undefined && bound !== asked['consent_hash'])
          return json(409, { code: 'grant-exists' });
        state.bound.set(asked['consent_id'] ?? '', asked['consent_hash'] ?? '');
        const id = randomUUID();
        state.grants.set(id, {
          person,
          consentHash: asked['consent_hash'] ?? '',
          providers: asked.providers,
        });
        return json(201, { grant_id: id });
      }
      const grant = state.grants.get(asked['grant_id'] ?? '');
      const provided = asked['provider'] ?? '';
      if (state.endedMandates.has(asked['grant_id'] ?? '')) return json(410, { code: 'mandate-ended' });
      if (state.envelopesFail) return json(503, { code: 'away' });
      if (grant === undefined || !grant.providers.includes(provided))
        return json(404, { code: 'grant-unknown' });
      const now = Math.floor(Date.now() / 1000);
      const jwt = await signJwt(keys, 'xinlu-envelope+jwt', {
        iss: issuer,
        aud: provided,
        jti: randomUUID(),
        iat: now,
        exp: now + 60,
        national_id: grant.person.nationalId,
        consent_hash: grant.consentHash,
        order_hash: asked['order_hash'],
      });
      const key = options.register().encryptionKey(provided);
      if (key === undefined) return json(404, { code: 'provider-unknown' });
      return json(200, { envelope: await encryptNested(jwt, key) });
    } catch (error) {
      return json(500, { error: String(error) });
    }
  });
  return { state, server, subject };
}
