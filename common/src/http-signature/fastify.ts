import type { FastifyInstance, FastifyRequest, preValidationAsyncHookHandler } from 'fastify';
import type { Clock } from '../clock/index.ts';
import { refused } from '../errors/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type { KeyValue } from '../kv/index.ts';
import type { RegisterView } from '../register/index.ts';
import type { Participant, Role } from '../wire/register.ts';
import { MAX_AGE_SECONDS, type SignedMessage, signAnswer, verifyRequest } from './message.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it came, for signatures; set for JSON bodies once `registerSignedRequests` ran. */
    rawBody?: Buffer;
    /** Who signed this request; set by `requireSigned`. */
    signer?: Participant;
    /** The request is signed by somebody of the register: whatever is answered, a refusal too, can be signed for it. */
    signedBySomebody?: boolean;
    /** The body is not JSON; told once its signer is known. */
    bodyFault?: Error;
  }
  interface FastifyContextConfig {
    /** The answers of this route are signed for their request (`answerKeys`). */
    signAnswer?: boolean;
  }
}

export type SignedRequests = {
  /**
   * preValidation (so that a body of the wrong form is refused by a signed answer too): the request is signed by an active
   * participant, once, with this role if one is named.
   */
  requireSigned(role?: Role): preValidationAsyncHookHandler;
  /** The verified signer; throws when `requireSigned` did not run. */
  signerOf(request: FastifyRequest): Participant;
};

function flatHeaders(request: FastifyRequest): Record<string, string> {
  const entries = Object.entries(request.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

function isAnswerSigned(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { signAnswer?: boolean }).signAnswer === true;
}

/** The request as its sender signed it: the address is ours by configuration, never the Host header. */
export function signedMessage(request: FastifyRequest, publicUrl: string): SignedMessage {
  return {
    method: request.method,
    url: `${publicUrl}${request.originalUrl}`,
    headers: flatHeaders(request),
    body: request.rawBody ?? Buffer.alloc(0),
  };
}

/**
 * Keeps raw JSON bodies and gives the check of RFC 9421 request signatures. With `answerKeys`, the answers of routes that
 * set `config: { signAnswer: true }` are signed for their request.
 */
export function registerSignedRequests(
  app: FastifyInstance,
  options: {
    register: () => RegisterView;
    kv: KeyValue;
    clock: Clock;
    publicUrl: string;
    answerKeys?: KeyRing;
  },
): SignedRequests {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    request.rawBody = body;
    try {
      done(null, body.length === 0 ? undefined : JSON.parse(body.toString('utf8')));
    } catch {
      const fault = refused('json-malformed', 'The body is not JSON.');
      if (!isAnswerSigned(request)) return done(fault, undefined);
      request.bodyFault = fault;
      done(null, undefined);
    }
  });

  const keys = options.answerKeys;
  if (keys !== undefined) {
    app.addHook('onSend', async (request, reply, payload) => {
      if (!isAnswerSigned(request)) return payload;
      if (
        request.signedBySomebody !== true ||
        !(typeof payload === 'string' || payload === null || payload === undefined)
      ) {
        return payload;
      }
      const body = Buffer.from(payload ?? '');
      const message = signedMessage(request, options.publicUrl);
      reply.headers(
        signAnswer({ status: reply.statusCode, headers: {}, body }, message, keys, options.clock),
      );
      return payload;
    });
  }

  return {
    requireSigned(role) {
      return async (request) => {
        const message = signedMessage(request, options.publicUrl);
        const view = options.register();
        const { kid, nonce } = verifyRequest(message, (id) => view.key(id)?.jwk, options.clock);
        request.signedBySomebody = true;
        const signer = view.key(kid)?.participant;
        if (signer === undefined || view.activeParticipant(signer.id) === undefined) {
          throw refused('participant-inactive', 'The signer is not an active participant.', { status: 403 });
        }
        if (role !== undefined && !signer.roles.includes(role)) {
          throw refused('role-missing', `The signer does not have the role ${role}.`, { status: 403 });
        }
        if (!(await options.kv.setIfAbsent(`sig:${kid}:${nonce}`, '1', 2 * MAX_AGE_SECONDS))) {
          throw refused('signature-replayed', 'This signed request was already used.', { status: 401 });
        }
        if (request.bodyFault !== undefined) throw request.bodyFault;
        request.signer = signer;
      };
    },
    signerOf(request) {
      if (request.signer === undefined) throw new Error('requireSigned did not run for this route');
      return request.signer;
    },
  };
}
