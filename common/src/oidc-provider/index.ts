export { isGrantRevoked, KeyValueAdapter, revokeGrantTokens } from './adapter.ts';
export { registeredClients } from './clients.ts';
export { mountProvider, useAtomicReplayDetection } from './mount.ts';
