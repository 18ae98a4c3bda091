export { type ProvenBlock, readBlockProof } from './chain/block-proof.ts';
export type { ChainView } from './chain/chain-view.ts';
export { chainViewOver } from './chain/chain-view-json-rpc.ts';
export type { Check, CheckName, CheckResult } from './checks/check.ts';
export { type AnchorStatement, anchorStatementType } from './checks/check-anchor.ts';
export type { HolderRequest } from './checks/check-holder.ts';
export type { Words, WordsCode } from './checks/words.ts';
export type { Kind } from './document/kinds.ts';
export { kinds } from './document/kinds.ts';
export { disclosedClaims } from './document/sd-jwt.ts';
export { composeFile, type FileParts, parseFile, partsOf, type UnverifiedFile } from './file/xinlu-file.ts';
export {
  type AddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
} from './log/add-checkpoint.ts';
export { type Checkpoint, checkpointText, parseCheckpoint } from './log/checkpoint.ts';
export { cosignatureLine, cosignedText, cosignersOf, verifyCosignature } from './log/cosignature.ts';
export { commitTo, type EntryType, encodeEntry, entryText, entryTypes, type LogEntry } from './log/entry.ts';
export {
  formatVerifierKey,
  type KeyType,
  type NoteKey,
  noteKey,
  parseNote,
  parseVerifierKey,
  type SignedNote,
  signatureLine,
  verifyNote,
} from './log/signed-note.ts';
export { formatTlogProof, parseTlogProof, type TlogProof } from './log/tlog-proof.ts';
export { type ConsistencyProof, verifyConsistency } from './merkle/consistency.ts';
export { emptyRoot, leafHash, nodeHash } from './merkle/hash.ts';
export { type InclusionProof, verifyInclusion } from './merkle/inclusion.ts';
export type { Pair, PaperColumn, PaperField, PaperType } from './papers/paper-type.ts';
export {
  isPaperName,
  type PaperData,
  type PaperName,
  paperNames,
  paperTypeOf,
  paperTypes,
} from './papers/table.ts';
export { attachmentName, composePdf, type EmbeddedFont, type PdfParts, printOf } from './pdf/compose-pdf.ts';
export type { Face } from './pdf/drawing.ts';
export { isPdf } from './pdf/read-pdf.ts';
export { type Certificates, composeSeal, sealAttributes } from './pdf/seal.ts';
export { type Presentation, presentPaper } from './present.ts';
export { type StatusName, type StatusReference, statusNames } from './status/status-list.ts';
export {
  type Entitlement,
  readTrustList,
  type TrustedKey,
  type TrustedParticipant,
  type TrustList,
} from './trust/trust-list.ts';
export { type Report, type Verdict, type VerifyOptions, verifyFile } from './verify.ts';
export { verifyPaper } from './verify-paper.ts';
