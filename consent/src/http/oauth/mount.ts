import type { AppInstance } from '@xinlu/common/http';
import { mountProvider } from '@xinlu/common/oidc-provider';
import type { FastifyInstance } from 'fastify';
import type { Provider } from 'oidc-provider';
import { OAUTH_PATHS } from './provider.ts';

/**
 * Mounts the authorization server. Its addresses are our issuer's by configuration: what a client says in Host or
 * forwarding headers is overwritten before the provider can build an address from it.
 */
export function mountAuthorizationServer(app: AppInstance, provider: Provider): void {
  const issuer = new URL(provider.issuer);
  app.addHook('onRequest', async (request) => {
    const { headers } = request.raw;
    headers.host = issuer.host;
    headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
    delete headers['x-forwarded-host'];
    delete headers['x-forwarded-for'];
  });
  mountProvider(app as unknown as FastifyInstance, provider, OAUTH_PATHS);
}
