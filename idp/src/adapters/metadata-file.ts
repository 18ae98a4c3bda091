import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { sha256Base64url } from '@xinlu/common/canonical';
import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import { parser } from '@xinlu/common/wire';
import { parseCertificate, pinAnchor, type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { Type } from 'typebox';
import type { AuthenticatorMetadata } from '../domain/passkey/metadata.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const DAY_MILLISECONDS = 86_400_000;
const ALGORITHMS = ['ES256', 'RS256', 'PS256'];
/** Attestation types (FIDO registry 3.6.3) whose certificates lead to the statement's roots. */
const CERTIFIED_TYPES = ['basic_full', 'attca'];

const CalendarDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Aaguid = Type.String({ pattern: '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });
const Der = Type.String({ maxLength: 200_000 });
const Header = parser(
  Type.Object({ x5c: Type.Array(Der, { minItems: 1, maxItems: 10 }) }),
  'metadata-malformed',
  'The header of the metadata BLOB',
);
/** MetadataBLOBPayload (FIDO MDS 3.1.6), as far as it is used; entries without an AAGUID are not FIDO2's. */
const Payload = parser(
  Type.Object({
    no: Type.Integer({ minimum: 0 }),
    nextUpdate: CalendarDate,
    entries: Type.Array(
      Type.Object({
        aaguid: Type.Optional(Aaguid),
        metadataStatement: Type.Optional(
          Type.Object({
            attestationTypes: Type.Array(Type.String()),
            attestationRootCertificates: Type.Array(Der, { maxItems: 200 }),
          }),
        ),
        statusReports: Type.Array(
          Type.Object({
            status: Type.String({ maxLength: 100 }),
            effectiveDate: Type.Optional(CalendarDate),
          }),
        ),
      }),
      { maxItems: 20_000 },
    ),
  }),
  'metadata-malformed',
  'The metadata BLOB',
);

type Report = { status: string; from: number };
type Model = { reports: Report[]; roots: UnverifiedCertificate[] };
export type Blob = { no: number; nextUpdate: Date; models: ReadonlyMap<string, Model> };

/** Which BLOB was the newest that any process ever took, by root; so that an older file cannot undo a report. */
export interface BlobNumbers {
  /** True if `no` is higher than any before, or the very BLOB (`digest`) that has the highest. Durable once it returns. */
  raise(root: string, no: number, digest: string): Promise<boolean>;
}

export type MetadataFile = AuthenticatorMetadata & {
  /** Reads the file if it has changed. A file that does not hold good leaves what was read before in force, and throws. */
  refresh(): Promise<void>;
  /** The BLOB in force. */
  current(): Blob | undefined;
};

/**
 * Reads a BLOB by FIDO MDS 3.2: its chain must lead to the pinned root now, its leaf must be named `name` (the public root
 * above it signs many others), and its signature must hold. Revocation of that chain is not asked for: nothing is fetched.
 */
export async function readBlob(
  jwt: string,
  trust: { root: UnverifiedCertificate; name: string; now: Date },
): Promise<Blob> {
  const { x5c } = Header.parse(decodeProtectedHeader(jwt));
  const [leaf, ...intermediates] = x5c.map((encoded) => parseCertificate(Buffer.from(encoded, 'base64')));
  if (leaf === undefined) throw new Error('the metadata BLOB names no certificate');
  const decision = validateCertificate({ leaf, intermediates, anchors: [trust.root], time: trust.now });
  if (!decision.valid) throw new Error(`the certificate of the metadata BLOB is refused: ${decision.code}`);
  if (new X509Certificate(leaf.der).checkHost(trust.name) === undefined)
    throw new Error('the certificate of the metadata BLOB names somebody else');
  const { payload } = await compactVerify(jwt, leaf.publicKey, { algorithms: ALGORITHMS });
  const { no, nextUpdate, entries } = Payload.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  const models = new Map<string, Model>();
  for (const { aaguid, metadataStatement, statusReports } of entries) {
    if (aaguid === undefined) continue;
    const certified = metadataStatement?.attestationTypes.some((type) => CERTIFIED_TYPES.includes(type));
    models.set(aaguid, {
      reports: statusReports.map(({ status, effectiveDate }) => ({
        status,
        from: effectiveDate === undefined ? 0 : Date.parse(effectiveDate),
      })),
      roots: certified === true ? readRoots(metadataStatement?.attestationRootCertificates ?? []) : [],
    });
  }
  return { no, nextUpdate: new Date(nextUpdate), models };
}

/** A root that does not parse vouches for nothing; the others of the statement still do. */
function readRoots(encoded: readonly string[]): UnverifiedCertificate[] {
  return encoded.flatMap((one) => {
    try {
      return [pinAnchor({ certificate: Buffer.from(one, 'base64') })];
    } catch {
      return [];
    }
  });
}

/** FIDO's metadata from a file that somebody else keeps fresh. */
export function createMetadataFile(options: {
  file: string;
  /** The certificate that the BLOB's chain must lead to, in DER. */
  root: Uint8Array;
  name: string;
  numbers: BlobNumbers;
  clock: Clock;
  log: Logger;
}): MetadataFile {
  const root = pinAnchor({ certificate: options.root });
  let blob: Blob | undefined;
  let seen = '';

  return {
    current: () => blob,
    async refresh() {
      const { mtimeMs, size, ino } = await stat(options.file);
      const version = `${mtimeMs} ${size} ${ino}`;
      if (version === seen) return;
      if (size > MAX_BYTES) throw new Error('the metadata BLOB is too large');
      const jwt = (await readFile(options.file, 'utf8')).trim();
      const read = await readBlob(jwt, { root, name: options.name, now: options.clock.now() });
      if (!(await options.numbers.raise(root.fingerprint, read.no, sha256Base64url(jwt))))
        throw new Error(`the metadata BLOB ${read.no} is older than one that was in force`);
      blob = read;
      seen = version;
      options.log.info({ no: read.no, nextUpdate: read.nextUpdate.toISOString() }, 'metadata-read');
    },
    state() {
      if (blob === undefined) return 'absent';
      // `nextUpdate` is a calendar date without a zone: the BLOB holds until that day is over.
      const end = blob.nextUpdate.getTime() + DAY_MILLISECONDS;
      return options.clock.now().getTime() < end ? 'fresh' : 'stale';
    },
    statuses(aaguid) {
      const now = options.clock.now().getTime();
      const reports = blob?.models.get(aaguid)?.reports ?? [];
      return reports.filter(({ from }) => from <= now).map(({ status }) => status);
    },
    vouches(aaguid, chain) {
      const roots = blob?.models.get(aaguid)?.roots ?? [];
      return roots.length > 0 && leadsTo(roots, chain, options.clock.now());
    },
  };
}

/** A leaf that is itself named in the statement needs no path (FIDO MDS 3.1.1, attestationRootCertificates). */
function leadsTo(roots: readonly UnverifiedCertificate[], chain: readonly Uint8Array[], time: Date): boolean {
  try {
    const [leaf, ...intermediates] = chain.map((der) => parseCertificate(der));
    if (leaf === undefined) return false;
    const named = roots.some(({ fingerprint }) => fingerprint === leaf.fingerprint);
    return named
      ? leaf.notBefore <= time && time <= leaf.notAfter
      : validateCertificate({ leaf, intermediates, anchors: roots, time }).valid;
  } catch {
    return false;
  }
}

/** Where no metadata are configured. */
export const NO_METADATA: AuthenticatorMetadata = {
  state: () => 'absent',
  statuses: () => [],
  vouches: () => false,
};
