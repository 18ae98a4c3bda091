import { ExtensionOid } from '../asn1/oids.ts';
import { contextConstructed, contextPrimitive, DerReader, readWhole, Tag } from '../asn1/reader.ts';
import { integerToBigInt, readBoolean, readIntegerBytes, readNamedBits } from '../asn1/values.ts';
import {
  ALL_REASONS,
  type DistributionPoint,
  type DistributionPointName,
  parseDistributionPointName,
  parseDistributionPoints,
} from '../certificate/distribution-point.ts';
import { type Extension, parseExtensions } from '../certificate/extension-list.ts';
import { type AuthorityKeyIdentifier, parseAuthorityKeyIdentifier } from '../certificate/extensions.ts';
import { type DistinguishedName, parseName } from '../certificate/name.ts';

/** IssuingDistributionPoint (RFC 5280 5.2.5). */
export type IssuingDistributionPoint = {
  /** The extension's DER: two CRLs have the same scope when these octets are equal. */
  der: Uint8Array;
  name: DistributionPointName | undefined;
  onlyUserCertificates: boolean;
  onlyAuthorityCertificates: boolean;
  onlyAttributeCertificates: boolean;
  /** Bit set of reasons, ALL_REASONS when not limited. */
  reasons: number;
  indirect: boolean;
};

/** The octets a head is made from; small, and independent of the CRL's own buffer. */
export type CrlHeadParts = {
  /** SHA-256 of the whole CRL's DER in lower-case hexadecimal. */
  fingerprint: string;
  issuerDer: Uint8Array;
  /** Milliseconds since 1970. */
  thisUpdate: number;
  nextUpdate: number | undefined;
  extensionsDer: Uint8Array | undefined;
};

/** A list as evidence names it: times in RFC 3339, the number in decimal. */
export type CrlCitation = {
  sha256: string;
  issuer: string;
  number?: string;
  thisUpdate: string;
  nextUpdate?: string;
};

/** Everything a CRL says apart from its entries and its signature. */
export class CrlHead {
  readonly parts: CrlHeadParts;
  readonly fingerprint: string;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly extensionList: ReadonlyMap<string, Extension>;
  readonly number: bigint | undefined;
  /** BaseCRLNumber; present in delta CRLs only. */
  readonly baseNumber: bigint | undefined;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  readonly freshestCrl: readonly DistributionPoint[] | undefined;
  #citation: CrlCitation | undefined;

  /** @throws DerError */
  constructor(parts: CrlHeadParts) {
    this.parts = parts;
    this.fingerprint = parts.fingerprint;
    this.issuer = parseName(readWhole(parts.issuerDer, Tag.sequence));
    this.thisUpdate = parts.thisUpdate;
    this.nextUpdate = parts.nextUpdate;
    this.extensionList = parts.extensionsDer
      ? parseExtensions(new DerReader(parts.extensionsDer).read(Tag.sequence))
      : new Map();
    const value = (oid: string): Uint8Array | undefined => this.extensionList.get(oid)?.value;
    this.number = readNumber(value(ExtensionOid.crlNumber));
    this.baseNumber = readNumber(value(ExtensionOid.deltaCrlIndicator));
    const keyIdentifier = value(ExtensionOid.authorityKeyIdentifier);
    this.authorityKeyIdentifier = keyIdentifier && parseAuthorityKeyIdentifier(keyIdentifier);
    const point = value(ExtensionOid.issuingDistributionPoint);
    this.issuingDistributionPoint = point && parseIssuingDistributionPoint(point);
    const freshest = value(ExtensionOid.freshestCrl);
    this.freshestCrl = freshest && parseDistributionPoints(freshest);
  }

  get isDelta(): boolean {
    return this.baseNumber !== undefined;
  }

  /** What a record says of the list; made once, as every decision names the lists that it rests on. */
  get citation(): CrlCitation {
    this.#citation ??= {
      sha256: this.fingerprint,
      issuer: this.issuer.toString(),
      ...(this.number === undefined ? {} : { number: this.number.toString() }),
      thisUpdate: new Date(this.thisUpdate).toISOString(),
      ...(this.nextUpdate === undefined ? {} : { nextUpdate: new Date(this.nextUpdate).toISOString() }),
    };
    return this.#citation;
  }
}

function readNumber(value: Uint8Array | undefined): bigint | undefined {
  return value && integerToBigInt(readIntegerBytes(readWhole(value, Tag.integer)));
}

function parseIssuingDistributionPoint(value: Uint8Array): IssuingDistributionPoint {
  const reader = readWhole(value, Tag.sequence).reader();
  const name = reader.readOptional(contextConstructed(0));
  const flag = (number: number): boolean => {
    const field = reader.readOptional(contextPrimitive(number));
    return field !== undefined && readBoolean(field);
  };
  const onlyUserCertificates = flag(1);
  const onlyAuthorityCertificates = flag(2);
  const reasons = reader.readOptional(contextPrimitive(3));
  const indirect = flag(4);
  const onlyAttributeCertificates = flag(5);
  reader.finish();
  return {
    der: value,
    name: name && parseDistributionPointName(name.reader()),
    onlyUserCertificates,
    onlyAuthorityCertificates,
    onlyAttributeCertificates,
    reasons: reasons ? readNamedBits(reasons) & ALL_REASONS : ALL_REASONS,
    indirect,
  };
}
