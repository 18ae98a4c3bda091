export { isGrantRevoked, KeyValueAdapter, revokeGrantTokens } from './adapter.ts';
export { clientJwks, declaredMetadata, registerFetch } from './client-metadata.ts';
export { compareSecretsByHash } from './client-secrets.ts';
export { declaredClients, registeredClients } from './clients.ts';
export { mountProvider } from './mount.ts';
export { useAtomicReplayDetection } from './replay-detection.ts';
export { requestStore, shareRequestStore, useRequestStore } from './request-store.ts';
export { createTracer, type Tracer, useTracedIds } from './traced-ids.ts';
