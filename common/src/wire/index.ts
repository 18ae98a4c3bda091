export * from './consent.ts';
export * from './identity.ts';
export * from './ledger.ts';
export * from './mandate.ts';
export * from './oauth-client.ts';
export * from './parse.ts';
export * from './register.ts';
export * from './verification.ts';
