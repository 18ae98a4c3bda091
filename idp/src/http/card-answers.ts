import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { loginWithCard } from '../domain/card/login-with-card.ts';
import { type ClaimedCardProof, webEidNonce } from '../domain/card/prove-card.ts';
import { signedText } from '../domain/card/signed-text.ts';
import { beginLogin } from './begin-login.ts';
import { browserName } from './browser-name.ts';
import { acceptedHolders, placeOf } from './place.ts';
import type { PageServices } from './services.ts';
import type { Site } from './site.ts';

const Base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/\\r\\n]+={0,2}\\s*$', maxLength });
const Token = Type.String({ pattern: '^[\\w-]{43}$' });
/** Left out with the card of an organisation. */
const NationalIdTyped = Type.Optional(Type.String({ minLength: 1, maxLength: 40 }));
const CardAnswer = Type.Object(
  {
    challenge: Token,
    national_id: NationalIdTyped,
    signature_type: Type.Union([Type.Literal('PKCS1'), Type.Literal('PKCS7')]),
    signature: Base64(40_000),
    certificate: Base64(20_000),
  },
  { additionalProperties: false },
);
/** The token of `web-eid:1`; its own fields are judged with its signature. */
const WebEidAnswer = Type.Object(
  {
    challenge: Token,
    national_id: NationalIdTyped,
    token: Type.Object({}, { additionalProperties: true, maxProperties: 20 }),
  },
  { additionalProperties: false },
);
const TlsAnswer = Type.Object({ code: Token, national_id: NationalIdTyped }, { additionalProperties: false });
const Nothing = Type.Optional(Type.Unknown());

/** The ways to a card: what each is to prove, and the answer. One function of the domain judges them all. */
export function registerCardAnswers(site: Site, services: PageServices, prefix: string): void {
  const { app, sessions } = site;
  const { card } = services;
  const preHandler = sessions.requireCsrf;
  const hide = true;

  async function browserSession(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    await placeOf(services, request, reply);
    return (await sessions.of(request, reply)).csrfToken;
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    proof: ClaimedCardProof,
    claimedNationalId: string | undefined,
  ) {
    const place = await placeOf(services, request, reply);
    const login = await loginWithCard(card, {
      proof,
      claimedNationalId,
      browserSession: (await sessions.of(request, reply)).csrfToken,
      browser: browserName(request.headers['user-agent']),
      accepted: acceptedHolders(place),
      now: services.clock.now(),
    });
    return { next: await beginLogin(site, services, request, reply, place, login) };
  }

  app.post(
    `${prefix}/card/challenge`,
    { schema: { hide, body: Nothing }, preHandler },
    async (request, reply) => {
      const challenge = await card.challenges.issue('card', await browserSession(request, reply));
      return { challenge, text: signedText(card.origin, challenge) };
    },
  );
  app.post(
    `${prefix}/card/answer`,
    { schema: { hide, body: CardAnswer }, preHandler },
    async (request, reply) => {
      const { body } = request;
      const proof = {
        way: 'hipki',
        challenge: body.challenge,
        signatureType: body.signature_type,
        signature: Buffer.from(body.signature, 'base64'),
        certificate: Buffer.from(body.certificate, 'base64'),
      } as const;
      return answer(request, reply, proof, body.national_id);
    },
  );

  app.post(
    `${prefix}/card/web-eid/challenge`,
    { schema: { hide, body: Nothing }, preHandler },
    async (request, reply) => {
      const challenge = await card.challenges.issue('card-web-eid', await browserSession(request, reply));
      return { challenge, nonce: webEidNonce(challenge) };
    },
  );
  app.post(
    `${prefix}/card/web-eid/answer`,
    { schema: { hide, body: WebEidAnswer }, preHandler },
    async (request, reply) => {
      const { challenge, token, national_id: typed } = request.body;
      return answer(request, reply, { way: 'web-eid', challenge, token }, typed);
    },
  );

  const { cardTlsOrigin } = services;
  if (cardTlsOrigin === undefined) return;
  app.post(
    `${prefix}/card/tls/ticket`,
    { schema: { hide, body: Nothing }, preHandler },
    async (request, reply) => {
      const ticket = await card.handoff.ticket(await browserSession(request, reply));
      return { url: `${cardTlsOrigin}/card-tls/${ticket}` };
    },
  );
  app.post(
    `${prefix}/card/tls/answer`,
    { schema: { hide, body: TlsAnswer }, preHandler },
    async (request, reply) =>
      answer(request, reply, { way: 'tls', code: request.body.code }, request.body.national_id),
  );
}
