export { isGrantRevoked, KeyValueAdapter, revokeGrantTokens } from './adapter.ts';
export { registeredClients } from './clients.ts';
export { mountProvider } from './mount.ts';
export { useAtomicReplayDetection } from './replay-detection.ts';
export { requestStore, shareRequestStore, useRequestStore } from './request-store.ts';
export { createTracer, type Tracer, useTracedIds } from './traced-ids.ts';
