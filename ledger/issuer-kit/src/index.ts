export { type CredentialOrder, type HolderKey, issueCredential } from './credential.ts';
export { type CopiesOrder, issueCopies, issuePaper, type PaperOrder, parsePaper } from './issue-paper.ts';
export { createLedgerClient, type LedgerClient } from './ledger-client.ts';
export { registerOfficeApi, registerOfficePublic, statusListPath } from './office/http-api.ts';
export { officeQueues } from './office/log-papers.ts';
export { officeMigrations } from './office/migrations.ts';
export {
  type ChangeOrder,
  type IssueOrder,
  openPaperOffice,
  type PaperOffice,
} from './office/paper-office.ts';
export type { OfficePaper, PaperEvent } from './office/records.ts';
export {
  actionOf,
  mayDo,
  type OfficeAction,
  requireRole,
  type Staff,
  type StaffRole,
} from './office/staff.ts';
export { composePaper, type LoggedDocument, logDocument, saltFor } from './paper.ts';
export { paperSchema } from './paper-schema.ts';
export { type OfficeSeal, printPaper, sealWith } from './print-paper.ts';
export {
  newStatusList,
  newStatusListWithDecoys,
  type StatusListToken,
  signStatusList,
  statusIn,
  takeStatusPlace,
  withStatus,
} from './status-list.ts';
export { publishedTypes, typeMetadata } from './type-metadata.ts';
