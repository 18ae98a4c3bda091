import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { AppInstance } from '@xinlu/common/http';

const ownScripts = fileURLToPath(new URL('../browser/', import.meta.url));
const webauthnScripts = dirname(fileURLToPath(import.meta.resolve('@simplewebauthn/browser')));

/** The scripts of our pages and the WebAuthn library's modules; asked again each time, answered by ETag. */
export async function registerAssets(app: AppInstance): Promise<void> {
  const options = { decorateReply: false, maxAge: 0 };
  await app.register(fastifyStatic, { ...options, root: ownScripts, prefix: '/assets/idp/' });
  await app.register(fastifyStatic, { ...options, root: webauthnScripts, prefix: '/assets/webauthn/' });
}
