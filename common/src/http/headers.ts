import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    /** Sources added to this answer's Content-Security-Policy. */
    cspExtra?: { formAction: string[]; nonce?: string };
  }
}

export type CspSources = {
  connect?: string[];
  script?: string[];
  style?: string[];
  image?: string[];
  frame?: string[];
  formAction?: string[];
};

/** The nonce that a page's scripts and styles must carry on this answer. */
export function cspNonce(reply: FastifyReply): string {
  reply.cspExtra ??= { formAction: [] };
  reply.cspExtra.nonce ??= randomBytes(16).toString('base64');
  return reply.cspExtra.nonce;
}

/** Lets this answer's form end at another origin: a POST that redirects to a relying party needs it. */
export function allowFormAction(reply: FastifyReply, address: string): void {
  reply.cspExtra ??= { formAction: [] };
  reply.cspExtra.formAction.push(new URL(address).origin);
}

function policy(reply: Pick<FastifyReply, 'cspExtra'>, extra: CspSources, https: boolean): string {
  const nonce = reply.cspExtra?.nonce === undefined ? [] : [`'nonce-${reply.cspExtra.nonce}'`];
  const lists: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...nonce, ...(extra.script ?? [])],
    'style-src': ["'self'", ...nonce, ...(extra.style ?? [])],
    'img-src': ["'self'", 'data:', ...(extra.image ?? [])],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...(extra.connect ?? [])],
    'form-action': ["'self'", ...(extra.formAction ?? []), ...(reply.cspExtra?.formAction ?? [])],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'frame-src': extra.frame ?? ["'none'"],
    'frame-ancestors': ["'none'"],
    'base-uri': ["'none'"],
  };
  const directives = Object.entries(lists).map(([name, sources]) => `${name} ${sources.join(' ')}`);
  return [...directives, ...(https ? ['upgrade-insecure-requests'] : [])].join('; ');
}

/** Security headers on every answer, hijacked ones included: they are set on the raw answer before any handler runs. */
export function registerSecurityHeaders(
  app: FastifyInstance,
  options: { publicUrl: string; csp: CspSources; camera?: boolean },
): void {
  const https = options.publicUrl.startsWith('https:');
  const fixed: Record<string, string> = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': `camera=(${options.camera ? 'self' : ''}), microphone=(), geolocation=(), payment=()`,
    ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  };
  const plainPolicy = policy({}, options.csp, https);
  app.addHook('onRequest', (request, reply, done) => {
    for (const name in fixed) reply.raw.setHeader(name, fixed[name] ?? '');
    reply.raw.setHeader('x-request-id', request.id);
    reply.raw.setHeader('content-security-policy', plainPolicy);
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.cspExtra !== undefined)
      reply.header('content-security-policy', policy(reply, options.csp, https));
    done(null, payload);
  });
}
