import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { holderNotAccepted } from '../domain/card/checks/validate-path.ts';
import { loginWithCard } from '../domain/card/login-with-card.ts';
import { signedText } from '../domain/card/signed-text.ts';
import type { NewLogin } from '../domain/login/logins.ts';
import { beginPasskeyLogin, loginWithPasskey } from '../domain/passkey/login-with-passkey.ts';
import { mayEnrol } from '../domain/passkey/vouchers.ts';
import { browserName } from './browser-name.ts';
import { browserToken } from './browser-token.ts';
import { acceptedHolders, type Place, placeOf, shortfall } from './place.ts';
import type { PageServices } from './services.ts';
import type { Site } from './site.ts';

const Base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/\\r\\n]+={0,2}\\s*$', maxLength });
const CardAnswer = Type.Object(
  {
    challenge: Type.String({ pattern: '^[\\w-]{43}$' }),
    /** Left out with the card of an organisation. */
    national_id: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
    signature_type: Type.Union([Type.Literal('PKCS1'), Type.Literal('PKCS7')]),
    signature: Base64(40_000),
    certificate: Base64(20_000),
  },
  { additionalProperties: false },
);
const PasskeyAnswer = Type.Object({ answer: Type.Unknown() }, { additionalProperties: false });
const Nothing = Type.Optional(Type.Unknown());

/** The four calls of the sign-in page's scripts: a challenge for each way in, and the answer to it. */
export function registerAnswers(site: Site, services: PageServices, prefix: string): void {
  const { app, sessions } = site;
  const preHandler = sessions.requireCsrf;
  const schema = { hide: true } as const;

  app.post(
    `${prefix}/card/challenge`,
    { schema: { ...schema, body: Nothing }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      const challenge = await services.card.challenges.issue(
        'card',
        (await sessions.of(request, reply)).csrfToken,
      );
      return { challenge, text: signedText(services.card.origin, challenge) };
    },
  );

  app.post(
    `${prefix}/card/answer`,
    { schema: { ...schema, body: CardAnswer }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const { body } = request;
      const login = await loginWithCard(services.card, {
        answer: {
          challenge: body.challenge,
          claimedNationalId: body.national_id,
          signatureType: body.signature_type,
          signature: Buffer.from(body.signature, 'base64'),
          certificate: Buffer.from(body.certificate, 'base64'),
        },
        browserSession: (await sessions.of(request, reply)).csrfToken,
        browser: browserName(request.headers['user-agent']),
        accepted: acceptedHolders(place),
        now: services.clock.now(),
      });
      return { next: await begin(site, services, request, reply, place, login) };
    },
  );

  app.post(
    `${prefix}/passkey/options`,
    { schema: { ...schema, body: Nothing }, preHandler },
    async (request, reply) => {
      await placeOf(services, request, reply);
      return beginPasskeyLogin(services.passkey, (await sessions.of(request, reply)).csrfToken);
    },
  );

  app.post(
    `${prefix}/passkey/answer`,
    { schema: { ...schema, body: PasskeyAnswer }, preHandler },
    async (request, reply) => {
      const place = await placeOf(services, request, reply);
      const login = await loginWithPasskey(services.passkey, {
        unverifiedAnswer: request.body.answer,
        browserSession: (await sessions.of(request, reply)).csrfToken,
        browser: browserName(request.headers['user-agent']),
        now: services.clock.now(),
      });
      return { next: await begin(site, services, request, reply, place, login) };
    },
  );
}

/**
 * Writes the login, gives the browser a new session id (against fixation), ends the browser's former login, and says where
 * to go on: to the offer of a passkey after a first card login, else onward.
 */
async function begin(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
  place: Place,
  newLogin: NewLogin,
): Promise<string> {
  const person = await services.card.persons.person(newLogin.personId);
  if (person !== undefined && !acceptedHolders(place).includes(person.kind)) throw holderNotAccepted();
  const session = await site.sessions.of(request, reply);
  const former = session.data.loginId;
  const waiting = place.kind === 'interaction' ? place.interaction.session?.uid : undefined;
  const { login, sessions } = await services.logins.start(
    newLogin,
    former === undefined ? undefined : { id: former, waiting },
    browserToken(request, reply, services),
  );
  session.data = { loginId: login.id, madeAt: place.path };
  await session.rotate();
  await services.providerSessions.end(sessions);
  if (shortfall(place, login, true) !== undefined) return place.path;
  const passkeys = await services.passkey.passkeys.ofPerson(login.personId);
  const offer = mayEnrol(login, services.clock.now()) && !passkeys.some(({ state }) => state === 'active');
  return `${place.path}/${offer ? 'enrol' : 'continue'}`;
}
