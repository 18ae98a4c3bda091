export { type CredentialOrder, issueCredential } from './credential.ts';
export { createLedgerClient, type LedgerClient } from './ledger-client.ts';
export { composePaper, type LoggedDocument, logDocument, saltFor } from './paper.ts';
export { newStatusList, type StatusListToken, signStatusList, withStatus } from './status-list.ts';
export { issueTitleDeed, TitleDeed, titleDeedType } from './title-deed.ts';
