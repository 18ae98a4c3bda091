import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type AppError, isAppError } from '../errors/index.ts';

/** RFC 9457 problem details; `code` is ours and stable. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance: string;
} & Record<string, unknown>;

/** Told with 503 where the error names no other time. */
const RETRY_SECONDS = 5;

const CODES: Readonly<Record<string, string>> = {
  FST_ERR_VALIDATION: 'request-malformed',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'media-type-unsupported',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'json-malformed',
  FST_ERR_CTP_INVALID_JSON_BODY: 'json-malformed',
  FST_ERR_BAD_URL: 'address-malformed',
};

function fromFastify(error: FastifyError): Pick<Problem, 'status' | 'code' | 'detail'> & { extra: object } {
  const status = error.statusCode ?? 500;
  if (status >= 500 || status < 400) {
    return { status: 500, code: 'internal', detail: 'Something went wrong on our side.', extra: {} };
  }
  const faults = (error.validation ?? []).slice(0, 20).map((fault) => ({
    path: `${error.validationContext ?? ''}${fault.instancePath}`,
    message: fault.message ?? 'is wrong',
  }));
  const detail =
    faults.length > 0 ? faults.map((fault) => `${fault.path} ${fault.message}`).join('; ') : error.message;
  return {
    status,
    code: CODES[error.code] ?? 'request-refused',
    detail,
    extra: faults.length > 0 ? { faults } : {},
  };
}

/** What the outside may know of an error. Anything we did not foresee is `internal`, without a reason. */
export function problemOf(error: unknown, requestId: string): Problem {
  const known = isAppError(error) ? fromApp(error) : fromFastify(error as FastifyError);
  return {
    type: `urn:xinlu:problem:${known.code}`,
    title: STATUS_CODES[known.status] ?? 'Error',
    status: known.status,
    detail: known.detail,
    code: known.code,
    instance: `urn:xinlu:request:${requestId}`,
    ...known.extra,
  };
}

function fromApp(error: AppError) {
  return { status: error.status, code: error.code, detail: error.publicMessage, extra: error.extra };
}

export type ErrorPage = (problem: Problem, request: FastifyRequest) => string;

/** Answers with a problem: a page for a browser that navigates, a document for everybody else. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  page?: ErrorPage,
): FastifyReply {
  const retryAfter = problem['retryAfter'] ?? (problem.status === 503 ? RETRY_SECONDS : undefined);
  if (typeof retryAfter === 'number') reply.header('retry-after', String(retryAfter));
  reply.code(problem.status).header('cache-control', 'no-store');
  const wantsPage = page !== undefined && (request.headers.accept ?? '').includes('text/html');
  if (wantsPage) return reply.type('text/html; charset=utf-8').send(page(problem, request));
  return reply.type('application/problem+json').send(JSON.stringify(problem));
}
