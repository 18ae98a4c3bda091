export type { CardAnswer } from './card/card-answer.ts';
export { type CardAnswerInput, verifyCardAnswer } from './card/verify-card-answer.ts';
export { verifyWebEidToken } from './card/verify-web-eid.ts';
export type { CertificateInput } from './certificate/input.ts';
export { type ClaimedSubject, parseCertificate, type UnverifiedCertificate } from './certificate/parse.ts';
export { parseCrl, type UnverifiedCrl } from './crl/crl.ts';
export { type Anchor, pinAnchor } from './decision/anchor.ts';
export type { Decision, ValidationInput } from './decision/decision.ts';
export { validateCertificate } from './decision/validate.ts';
export type { Fetch } from './engine/download.ts';
export {
  type FoundRevocation,
  RevocationEngine,
  type RevocationEngineOptions,
} from './engine/revocation-engine.ts';
export type { RevocationSource, SourceStatus } from './engine/source.ts';
export { PkiError } from './error.ts';
export type { Evidence, EvidenceSource } from './evidence/evidence.ts';
export { type ReplayedDecision, replayDecision } from './evidence/replay.ts';
export { makeOcspRequest } from './ocsp/ocsp-request.ts';
export type { HolderIdentity, ListedAuthority, LoginAuthority } from './purpose/authority.ts';
export { TAIWAN_CLASS_3 } from './purpose/login.ts';
export type { PurposeName } from './purpose/purpose.ts';
export type { RevocationIndex } from './revocation/revocation-index.ts';
export { readTaiwanSubject, TaiwanAttributeOid, type TaiwanSubject } from './taiwan/subject.ts';
