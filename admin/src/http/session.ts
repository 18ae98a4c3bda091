import { refused } from '@xinlu/common/errors';
import type { Sessions } from '@xinlu/common/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ActingOperator } from '../domain/records.ts';
import type { RegisterStore } from '../domain/store.ts';

/** Who is logged in, as the IdP said; not yet an operator. */
export type Login = {
  issuer: string;
  subject: string;
  acr: string;
  authTime: number;
  idToken: string;
  /** The IdP's name for this session, and since when (seconds) it is this person's. */
  sid?: string;
  since: number;
};

export type AdminSession = { pending: string; login: Login };

export type Guard = {
  /** The person who is logged in; 401 `login-required` without one. */
  person(request: FastifyRequest, reply: FastifyReply): Promise<Login>;
  /** The operator who is logged in; 403 `operator-required` for everybody else. Asked anew for each request. */
  operator(request: FastifyRequest, reply: FastifyReply): Promise<ActingOperator>;
};

/** Looks up who may act; being an operator is never kept in the session, so that an ended one is out at once. */
export function createGuard(sessions: Sessions<AdminSession>, store: RegisterStore): Guard {
  async function person(request: FastifyRequest, reply: FastifyReply): Promise<Login> {
    const { login } = (await sessions.of(request, reply)).data;
    if (login === undefined) throw refused('login-required', 'Sign in first.', { status: 401 });
    return login;
  }
  return {
    person,
    async operator(request, reply) {
      const login = await person(request, reply);
      const operator = await store.operatorOf(login.issuer, login.subject);
      if (operator === undefined) {
        throw refused(
          'operator-required',
          'You are signed in, but you are not an operator of the register.',
          {
            status: 403,
          },
        );
      }
      return {
        id: operator.id,
        name: operator.name,
        subject: login.subject,
        acr: login.acr,
        authTime: login.authTime,
      };
    },
  };
}
