import { ExtensionOid } from '../asn1/oids.ts';
import {
  contextConstructed,
  contextPrimitive,
  DerError,
  type DerReader,
  readWhole,
  Tag,
} from '../asn1/reader.ts';
import { readBoolean, readIntegerBytes, readNamedBits, readOid, readSmallInteger } from '../asn1/values.ts';
import { type DistributionPoint, parseDistributionPoints } from './distribution-point.ts';
import type { Extension } from './extension-list.ts';
import { type GeneralName, parseGeneralName, parseGeneralNames } from './general-name.ts';

export type BasicConstraints = { isAuthority: boolean; pathLength: number | undefined };
export type PolicyMapping = { issuerDomainPolicy: string; subjectDomainPolicy: string };
export type PolicyConstraints = { requireExplicit: number | undefined; inhibitMapping: number | undefined };
export type NameConstraints = { permitted: GeneralName[]; excluded: GeneralName[] };
export type AuthorityKeyIdentifier = {
  keyId: Uint8Array | undefined;
  issuer: GeneralName[] | undefined;
  serial: Uint8Array | undefined;
};

/** Bits of KeyUsage (RFC 5280 4.2.1.3) as `readNamedBits` numbers them. */
export const KeyUsageBit = {
  digitalSignature: 1 << 0,
  nonRepudiation: 1 << 1,
  keyEncipherment: 1 << 2,
  dataEncipherment: 1 << 3,
  keyAgreement: 1 << 4,
  keyCertSign: 1 << 5,
  crlSign: 1 << 6,
  encipherOnly: 1 << 7,
  decipherOnly: 1 << 8,
} as const;

/** The extensions of a certificate that this library understands (RFC 5280 4.2), decoded strictly. */
export type CertificateExtensions = {
  basicConstraints?: BasicConstraints;
  keyUsage?: number;
  extendedKeyUsage?: string[];
  subjectAltName?: GeneralName[];
  nameConstraints?: NameConstraints;
  policies?: string[];
  policyMappings?: PolicyMapping[];
  policyConstraints?: PolicyConstraints;
  inhibitAnyPolicy?: number;
  authorityKeyIdentifier?: AuthorityKeyIdentifier;
  subjectKeyIdentifier?: Uint8Array;
  distributionPoints?: DistributionPoint[];
  freshestCrl?: DistributionPoint[];
  /** id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2.1). */
  ocspNoCheck?: true;
};

const MAX_ITEMS = 1024;

function* sequenceOf(value: Uint8Array): Generator<DerReader> {
  const reader = readWhole(value, Tag.sequence).reader();
  for (let count = 0; !reader.done; count++) {
    if (count === MAX_ITEMS) throw new DerError('The list is too long', reader.position);
    yield reader.read(Tag.sequence).reader();
  }
}

function notEmpty<T>(items: T[], what: string): T[] {
  if (items.length === 0) throw new DerError(`${what} is empty`, 0);
  return items;
}

function parseBasicConstraints(value: Uint8Array): BasicConstraints {
  const reader = readWhole(value, Tag.sequence).reader();
  const authority = reader.readOptional(Tag.boolean);
  const length = reader.readOptional(Tag.integer);
  reader.finish();
  return {
    isAuthority: authority !== undefined && readBoolean(authority),
    pathLength: length && readSmallInteger(length),
  };
}

function parseOids(value: Uint8Array): string[] {
  const reader = readWhole(value, Tag.sequence).reader();
  const oids: string[] = [];
  while (!reader.done && oids.length < MAX_ITEMS) oids.push(readOid(reader.read(Tag.oid)));
  reader.finish();
  return notEmpty(oids, 'The extended key usage');
}

function parsePolicies(value: Uint8Array): string[] {
  const policies = new Set<string>();
  for (const reader of sequenceOf(value)) {
    const policy = readOid(reader.read(Tag.oid));
    reader.readOptional(Tag.sequence);
    reader.finish();
    if (policies.has(policy)) throw new DerError(`Policy ${policy} stands twice`, 0);
    policies.add(policy);
  }
  return notEmpty([...policies], 'The list of policies');
}

function parsePolicyMappings(value: Uint8Array): PolicyMapping[] {
  const mappings: PolicyMapping[] = [];
  for (const reader of sequenceOf(value)) {
    const issuerDomainPolicy = readOid(reader.read(Tag.oid));
    const subjectDomainPolicy = readOid(reader.read(Tag.oid));
    reader.finish();
    mappings.push({ issuerDomainPolicy, subjectDomainPolicy });
  }
  return notEmpty(mappings, 'The list of policy mappings');
}

function parsePolicyConstraints(value: Uint8Array): PolicyConstraints {
  const reader = readWhole(value, Tag.sequence).reader();
  const explicit = reader.readOptional(contextPrimitive(0));
  const inhibit = reader.readOptional(contextPrimitive(1));
  reader.finish();
  if (!explicit && !inhibit) throw new DerError('The policy constraints are empty', 0);
  return {
    requireExplicit: explicit && readSmallInteger(explicit),
    inhibitMapping: inhibit && readSmallInteger(inhibit),
  };
}

function parseSubtrees(reader: DerReader): GeneralName[] {
  const bases: GeneralName[] = [];
  while (!reader.done) {
    const subtree = reader.read(Tag.sequence).reader();
    bases.push(parseGeneralName(subtree.readAny()));
    const minimum = subtree.readOptional(contextPrimitive(0));
    // RFC 5280 4.2.1.10: minimum is zero and maximum absent in this profile; anything else cannot be honoured.
    if (minimum && readSmallInteger(minimum) !== 0)
      throw new DerError('A subtree has a minimum', minimum.start);
    subtree.finish();
    if (bases.length > MAX_ITEMS) throw new DerError('There are too many subtrees', reader.position);
  }
  return notEmpty(bases, 'The list of subtrees');
}

function parseNameConstraints(value: Uint8Array): NameConstraints {
  const reader = readWhole(value, Tag.sequence).reader();
  const permitted = reader.readOptional(contextConstructed(0));
  const excluded = reader.readOptional(contextConstructed(1));
  reader.finish();
  if (!permitted && !excluded) throw new DerError('The name constraints are empty', 0);
  return {
    permitted: permitted ? parseSubtrees(permitted.reader()) : [],
    excluded: excluded ? parseSubtrees(excluded.reader()) : [],
  };
}

/** Also used for CRLs, where the extension is the same. */
export function parseAuthorityKeyIdentifier(value: Uint8Array): AuthorityKeyIdentifier {
  const reader = readWhole(value, Tag.sequence).reader();
  const keyId = reader.readOptional(contextPrimitive(0));
  const issuer = reader.readOptional(contextConstructed(1));
  const serial = reader.readOptional(contextPrimitive(2));
  reader.finish();
  return {
    keyId: keyId?.content,
    issuer: issuer && parseGeneralNames(issuer.reader()),
    serial: serial && readIntegerBytes(serial),
  };
}

function parseKeyUsage(value: Uint8Array): number {
  return readNamedBits(readWhole(value, Tag.bitString));
}

/** Reads an extension's value only when it is there. */
type Decoder = (value: Uint8Array, target: CertificateExtensions) => void;

const DECODERS: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  [
    ExtensionOid.basicConstraints,
    (v, t) => {
      t.basicConstraints = parseBasicConstraints(v);
    },
  ],
  [
    ExtensionOid.keyUsage,
    (v, t) => {
      t.keyUsage = parseKeyUsage(v);
    },
  ],
  [
    ExtensionOid.extendedKeyUsage,
    (v, t) => {
      t.extendedKeyUsage = parseOids(v);
    },
  ],
  [
    ExtensionOid.subjectAltName,
    (v, t) => {
      t.subjectAltName = parseGeneralNames(readWhole(v, Tag.sequence).reader());
    },
  ],
  [
    ExtensionOid.nameConstraints,
    (v, t) => {
      t.nameConstraints = parseNameConstraints(v);
    },
  ],
  [
    ExtensionOid.certificatePolicies,
    (v, t) => {
      t.policies = parsePolicies(v);
    },
  ],
  [
    ExtensionOid.policyMappings,
    (v, t) => {
      t.policyMappings = parsePolicyMappings(v);
    },
  ],
  [
    ExtensionOid.policyConstraints,
    (v, t) => {
      t.policyConstraints = parsePolicyConstraints(v);
    },
  ],
  [
    ExtensionOid.inhibitAnyPolicy,
    (v, t) => {
      t.inhibitAnyPolicy = readSmallInteger(readWhole(v, Tag.integer));
    },
  ],
  [
    ExtensionOid.authorityKeyIdentifier,
    (v, t) => {
      t.authorityKeyIdentifier = parseAuthorityKeyIdentifier(v);
    },
  ],
  [
    ExtensionOid.subjectKeyIdentifier,
    (v, t) => {
      t.subjectKeyIdentifier = readWhole(v, Tag.octetString).content;
    },
  ],
  [
    ExtensionOid.crlDistributionPoints,
    (v, t) => {
      t.distributionPoints = parseDistributionPoints(v);
    },
  ],
  [
    ExtensionOid.freshestCrl,
    (v, t) => {
      t.freshestCrl = parseDistributionPoints(v);
    },
  ],
  [
    ExtensionOid.ocspNoCheck,
    (_, t) => {
      t.ocspNoCheck = true;
    },
  ],
]);

/** @throws DerError when an extension that is understood is malformed, critical or not */
export function decodeExtensions(extensions: ReadonlyMap<string, Extension>): CertificateExtensions {
  const decoded: CertificateExtensions = {};
  for (const extension of extensions.values()) DECODERS.get(extension.oid)?.(extension.value, decoded);
  return decoded;
}
