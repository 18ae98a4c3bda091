import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import type { KeyRing } from '@xinlu/common/keys';
import type { KeyValue } from '@xinlu/common/kv';
import type { OidcClient, SessionLogin } from '@xinlu/common/oidc-client';
import type { Outbox } from '@xinlu/common/outbox';
import type { Sessions } from '@xinlu/common/sessions';
import type { Provider } from 'oidc-provider';
import type { CatalogueHistory } from '../domain/catalogue.ts';
import type { Domain } from '../domain/deps.ts';
import type { PrintPdf } from '../domain/paper.ts';
import type { Ledger, Openings } from '../domain/ports.ts';
import type { AtParty } from './acting.ts';

/** Who logged in to answer one request, and for how long the identity provider's token is still needed. */
export type Answering = {
  account: string;
  subject: string;
  consentId: string;
  acr: string;
  amr: string[];
  authTime: number;
  accessToken: string;
};

export type PendingLogin = {
  oidc: string;
  /** Absent: a login to the dashboard. */
  interaction?: AtParty & { uid: string; purpose: string };
};

export type Visit = {
  account: string;
  /** The login at the identity provider that this session stands on. */
  login: SessionLogin;
  pending: PendingLogin;
  answering: Record<string, Answering>;
};

/** What the routes stand on. */
export type Edge = {
  app: AppInstance;
  domain: Domain;
  provider: Provider;
  sessions: Sessions<Visit>;
  signed: SignedRequests;
  login: OidcClient;
  openings: Openings;
  ledger: Ledger;
  history: CatalogueHistory;
  printPdf: PrintPdf;
  outbox: Outbox;
  kv: KeyValue;
  keys: KeyRing;
  publicUrl: string;
  demo: boolean;
};
