import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { EndReason, Login, LoginStore } from '../../domain/login/logins.ts';
import type { Person } from '../../domain/person/person-store.ts';
import { type AccountFrame, DONE } from '../../pages/account/frame.ts';
import { currentLogin } from '../current-login.ts';
import type { PageServices } from '../services.ts';
import { type Site, wordsFor } from '../site.ts';

export const Csrf = { _csrf: Type.String({ maxLength: 100 }) };
export const Form = Type.Object(Csrf, { additionalProperties: false });
const UUID = '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
export const Uuid = Type.String({ pattern: UUID });
export const ById = Type.Object({ id: Uuid });

export type AccountRequest = { login: Login; person: Person; frame: AccountFrame };

/** Who is signed in here and what every page of hers shows; sent to sign in, and undefined, when nobody is. */
export async function accountRequest(
  site: Site,
  services: PageServices,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AccountRequest | undefined> {
  const login = await currentLogin(site, services, request, reply);
  const person = login === undefined ? undefined : await services.passkey.persons.person(login.personId);
  if (login === undefined || person === undefined) {
    await reply.redirect('/sign-in', 303);
    return undefined;
  }
  const { lang } = wordsFor(request);
  const { done } = request.query as { done?: string };
  return {
    login,
    person,
    frame: {
      csrfToken: (await site.sessions.of(request, reply)).csrfToken,
      name: person.name,
      now: services.clock.now(),
      unseen: await services.notices.unseen(person.id),
      recovering: (await services.passkey.recoveries.cooling(person.id)) !== undefined,
      done: DONE.find((known) => known === done),
      organisation: (id) => services.register().participant(id)?.name[lang] ?? id,
    },
  };
}

/** Ends logins, and with them what hangs on them outside the database. */
export async function endLogins(
  services: PageServices,
  which: Parameters<LoginStore['end']>[0],
  reason: EndReason,
): Promise<void> {
  await services.providerSessions.end(await services.logins.end(which, reason));
}
