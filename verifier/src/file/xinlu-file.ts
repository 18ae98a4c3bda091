import { isObject, parseJws } from '../document/jws.ts';
import { isKind, type Kind, parseDocument, type UnverifiedDocument } from '../document/kinds.ts';
import { base64url, fromBase64url } from '../encoding/bytes.ts';
import { formatTlogProof, parseTlogProof, type TlogProof } from '../log/tlog-proof.ts';

/** The parts of a `*.xinlu.json` file, as in docs/api/xinlu-file.md. */
export type FileParts = {
  readonly kind: Kind;
  /** Compact SD-JWT VC (with its disclosures) for a credential, else compact JWT. */
  readonly document: string;
  /** The salt of the logged commitment, 32 bytes. */
  readonly salt: Uint8Array;
  /** C2SP tlog-proof of the entry. */
  readonly proof?: string | undefined;
  /** The ledger's signed anchor statement, compact JWS of typ `xinlu-anchor+jwt`. */
  readonly anchor?: string | undefined;
  /** The newest status list token at the time of writing, compact JWT. */
  readonly status?: string | undefined;
};

/** A file taken apart; nothing in it is verified. */
export type UnverifiedFile = {
  readonly document: UnverifiedDocument;
  readonly salt: Uint8Array;
  readonly proof?: TlogProof;
  readonly anchor?: string;
  readonly status?: string;
};

/** Files beyond this size are refused before they are parsed. */
export const longestFile = 4 * 1024 * 1024;

/**
 * Writes a file in its one canonical spelling: one line of JSON without spaces, members in this order.
 */
export function composeFile({ kind, document, salt, proof, anchor, status }: FileParts): string {
  return `${JSON.stringify({
    format: 'xinlu/1',
    kind,
    document,
    opening: { salt: base64url(salt) },
    proof,
    anchor,
    status,
  })}\n`;
}

/**
 * Reads a file strictly: unknown members, another order, other spellings of the same value and white space
 * inside are refused, so that any changed byte shows. Undefined if it is not a well-formed file.
 */
export function parseFile(text: string): UnverifiedFile | undefined {
  if (text.length > longestFile) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || value['format'] !== 'xinlu/1' || !isKind(value['kind'])) return undefined;
  const { kind, opening, proof: proofText, anchor, status } = value;
  const document = parseDocument(kind, value['document']);
  const salt = isObject(opening) ? fromBase64url(opening['salt'], 32) : undefined;
  const proof = typeof proofText === 'string' ? parseTlogProof(proofText) : undefined;
  if (!document || !salt || (proofText !== undefined && !proof)) return undefined;
  if (!isOptionalJws(anchor) || !isOptionalJws(status)) return undefined;
  const canonical = composeFile({
    kind,
    document: document.compact,
    salt,
    proof: proof && String(proofText),
    anchor,
    status,
  });
  if (text.replace(/\r?\n$/, '') !== canonical.slice(0, -1)) return undefined;
  return { document, salt, ...(proof && { proof }), ...(anchor && { anchor }), ...(status && { status }) };
}

/** The parts of a well-formed file as they were composed, to compose it anew; undefined if it is not one. */
export function partsOf(text: string): FileParts | undefined {
  const file = parseFile(text);
  if (!file) return undefined;
  const { document, salt, anchor, status } = file;
  const proof = file.proof && formatTlogProof(file.proof);
  return { kind: document.kind, document: document.compact, salt, proof, anchor, status };
}

function isOptionalJws(value: unknown): value is string | undefined {
  return value === undefined || parseJws(value) !== undefined;
}
