import type { AppInstance } from '@xinlu/common/http';
import { mountProvider } from '@xinlu/common/oidc-provider';
import type { FastifyInstance } from 'fastify';
import type { Provider } from 'oidc-provider';
import { OAUTH_PATHS } from './provider.ts';

/** Mounts the authorization server at its addresses. */
export function mountAuthorizationServer(app: AppInstance, provider: Provider): void {
  mountProvider(app as unknown as FastifyInstance, provider, OAUTH_PATHS);
}
