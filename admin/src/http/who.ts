import { sha256Base64url } from '@xinlu/common/canonical';
import type { AppInstance } from '@xinlu/common/http';
import type { KeyValue } from '@xinlu/common/kv';
import { createRateLimit } from '@xinlu/common/rate-limit';
import type { Sessions } from '@xinlu/common/sessions';
import { Type } from 'typebox';
import type { RegisterDeps } from '../domain/actions/deps.ts';
import { enrolOperator } from '../domain/actions/enrol.ts';
import type { AdminSession, Guard } from './session.ts';

const CODE_TRIES = 5;
const CODE_WINDOW_SECONDS = 900;

const Code = Type.String({ minLength: 8, maxLength: 64 });
const Who = Type.Object({ id: Type.String(), name: Type.String() });

/** Who is here (`/api/session`), and the one-time enrolment of an operator. */
export function registerWho(
  app: AppInstance,
  deps: { register: RegisterDeps; sessions: Sessions<AdminSession>; guard: Guard; kv: KeyValue },
): void {
  const { register, sessions, guard, kv } = deps;
  const perPerson = createRateLimit(kv, 'enrolment-person', CODE_TRIES, CODE_WINDOW_SECONDS);
  const perAddress = createRateLimit(kv, 'enrolment-address', 4 * CODE_TRIES, CODE_WINDOW_SECONDS);

  app.get(
    '/api/session',
    {
      schema: {
        summary: 'Who is here',
        response: {
          200: Type.Object({
            csrfToken: Type.String(),
            loggedIn: Type.Boolean(),
            operator: Type.Union([Who, Type.Null()]),
            registerVersion: Type.Integer(),
            demo: Type.Boolean(),
            idTokenAlgorithms: Type.Array(Type.String()),
          }),
        },
      },
    },
    async (request, reply) => {
      const session = await sessions.of(request, reply);
      const { login } = session.data;
      const operator =
        login === undefined ? undefined : await register.store.operatorOf(login.issuer, login.subject);
      reply.header('cache-control', 'no-store');
      return {
        csrfToken: session.csrfToken,
        loggedIn: login !== undefined,
        operator: operator === undefined ? null : { id: operator.id, name: operator.name },
        registerVersion: (await register.store.latestVersion())?.version ?? 0,
        demo: register.demo,
        idTokenAlgorithms: [...register.idTokenAlgorithms],
      };
    },
  );

  app.post(
    '/api/enrolment',
    {
      schema: {
        summary:
          'Bind the operator behind a one-time code, or both its halves, to the person who is logged in',
        body: Type.Object({ code: Code, otherCode: Type.Optional(Code) }, { additionalProperties: false }),
        response: { 200: Type.Object({ operator: Who }) },
      },
      preHandler: sessions.requireCsrf,
    },
    async (request, reply) => {
      const { issuer, subject } = await guard.person(request, reply);
      await perPerson.use(sha256Base64url(`${issuer}\n${subject}`));
      await perAddress.use(request.ip);
      const operator = await enrolOperator(register, request.body, { issuer, subject });
      await (await sessions.of(request, reply)).rotate();
      return { operator: { id: operator.id, name: operator.name } };
    },
  );
}
