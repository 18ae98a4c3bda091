import type { FastifyReply, FastifyRequest } from 'fastify';
import { holderNotAccepted } from '../domain/card/checks/validate-path.ts';
import type { NewLogin } from '../domain/login/logins.ts';
import { mayEnrol } from '../domain/passkey/vouchers.ts';
import { browserToken } from './browser-token.ts';
import { acceptedHolders, type Place, shortfall } from './place.ts';
import type { PageServices } from './services.ts';
import type { Site } from './site.ts';

/**
 * Writes the login, gives the browser a new session id (against fixation), ends the browser's former login, and says where
 * to go on: to the offer of a passkey after a first card login, else onward.
 */
export async function beginLogin(
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
  const { after } = session.data;
  session.data = { loginId: login.id, madeAt: place.path, ...(after === undefined ? {} : { after }) };
  await session.rotate();
  await services.providerSessions.end(sessions);
  if (shortfall(place, login, true) !== undefined) return place.path;
  const passkeys = await services.passkey.passkeys.ofPerson(login.personId);
  const offer = mayEnrol(login, services.clock.now()) && !passkeys.some(({ state }) => state === 'active');
  return `${place.path}/${offer ? 'enrol' : 'continue'}`;
}
