import { base64url, sha256, utf8 } from '../encoding/bytes.ts';
import type { EntryType } from '../log/entry.ts';
import { parseJws, type UnverifiedJws } from './jws.ts';
import { parseSdJwt, type UnverifiedSdJwt } from './sd-jwt.ts';

/** What a file may carry, and by which rules it is judged. */
type KindRules = {
  /** The JWT's `typ`. */
  readonly types: readonly string[];
  /** The role that its signer must hold in the register. */
  readonly role: string;
  readonly entryType: EntryType;
  readonly selective: boolean;
};

export const kinds = {
  credential: { types: ['dc+sd-jwt', 'vc+sd-jwt'], role: 'issuer', entryType: 'credential', selective: true },
  receipt: { types: ['xinlu-receipt+jwt'], role: 'broker', entryType: 'consent', selective: false },
  access: { types: ['xinlu-access+jwt'], role: 'broker', entryType: 'access', selective: false },
  'status-list': {
    types: ['statuslist+jwt'],
    role: 'issuer',
    entryType: 'status-list',
    selective: false,
  },
} as const satisfies Record<string, KindRules>;

export type Kind = keyof typeof kinds;

export function isKind(value: unknown): value is Kind {
  return typeof value === 'string' && Object.hasOwn(kinds, value);
}

/** A document of one kind, taken apart and believed by nobody yet. */
export type UnverifiedDocument = {
  readonly kind: Kind;
  readonly compact: string;
  /** The signed part; it is what the log's commitment covers, whatever is disclosed. */
  readonly jwt: UnverifiedJws;
  readonly disclosures: readonly string[];
  readonly holderProof?: NonNullable<UnverifiedSdJwt['holderProof']>;
};

export function parseDocument(kind: Kind, compact: unknown): UnverifiedDocument | undefined {
  if (typeof compact !== 'string') return undefined;
  if (kinds[kind].selective) {
    const parsed = parseSdJwt(compact);
    return parsed && { kind, compact, ...parsed };
  }
  const jwt = parseJws(compact);
  return jwt && { kind, compact, jwt, disclosures: [] };
}

/**
 * By what the QR code of a print names a document: SHA-256 in base64url, of its text with all that is disclosed and without
 * a holder's proof. Who was shown some of the fields does not have the salts of the others, so cannot name the whole paper
 * to the office that gives it by this.
 */
export function fingerprintOf({ kind, compact }: UnverifiedDocument): string {
  const named = kinds[kind].selective ? compact.slice(0, compact.lastIndexOf('~') + 1) : compact;
  return base64url(sha256(utf8(named)));
}
