import { AttributeOid, ExtensionOid } from '../asn1/oids.ts';
import { type DerElement, DerError, readWhole, Tag } from '../asn1/reader.ts';
import { isStringTag, readOid, readString } from '../asn1/values.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { PkiError } from '../error.ts';

/** Attributes of Taiwan's government PKI in subjectDirectoryAttributes (RFC 5280 4.2.1.8 carries them). */
export const TaiwanAttributeOid = {
  subjectClass: '2.16.886.1.100.2.1',
  cardKind: '2.16.886.1.100.2.2',
  lastFourOfNationalId: '2.16.886.1.100.2.51',
  businessNumber: '2.16.886.1.100.2.101',
  organisationOid: '2.16.886.1.100.2.102',
} as const;

/** What a certificate of Taiwan's government PKI says about its holder. As trustworthy as the certificate, not more. */
export type TaiwanSubject = {
  /** Common name of a person, or the organisation's name where there is no common name. */
  name: string;
  /** Four characters, a hint at the national ID and never a key. */
  lastFourOfNationalId?: string;
  /** 統一編號, eight digits. */
  businessNumber?: string;
  organisationOid?: string;
  /** OID of the class of subject, e.g. below 2.16.886.1.100.3.1 for natural persons. */
  subjectClass?: string;
  cardKind?: 'primary' | 'secondary';
};

const MAX_ATTRIBUTES = 64;

function text(value: DerElement, pattern: RegExp, code: string, words: string): string {
  const found = isStringTag(value.tag) ? readString(value) : undefined;
  if (found === undefined || !pattern.test(found)) throw new PkiError(code, words);
  return found;
}

function oid(value: DerElement, code: string, words: string): string {
  if (value.tag !== Tag.oid) throw new PkiError(code, words);
  return readOid(value);
}

const READERS: ReadonlyMap<string, (value: DerElement, subject: TaiwanSubject) => void> = new Map([
  [
    TaiwanAttributeOid.lastFourOfNationalId,
    (value: DerElement, subject: TaiwanSubject) => {
      subject.lastFourOfNationalId = text(
        value,
        /^[0-9]{4}$/,
        'taiwan-national-id-tail-malformed',
        'The last four digits of the national ID in the certificate are not four digits',
      );
    },
  ],
  [
    TaiwanAttributeOid.businessNumber,
    (value: DerElement, subject: TaiwanSubject) => {
      subject.businessNumber = text(
        value,
        /^[0-9]{8}$/,
        'taiwan-business-number-malformed',
        'The business number in the certificate is not eight digits',
      );
    },
  ],
  [
    TaiwanAttributeOid.organisationOid,
    (value: DerElement, subject: TaiwanSubject) => {
      const code = 'taiwan-organisation-oid-malformed';
      const words = 'The OID of the organisation in the certificate is not an OID';
      subject.organisationOid = isStringTag(value.tag)
        ? text(value, /^[0-2](\.(0|[1-9][0-9]*))+$/, code, words)
        : oid(value, code, words);
    },
  ],
  [
    TaiwanAttributeOid.subjectClass,
    (value: DerElement, subject: TaiwanSubject) => {
      subject.subjectClass = oid(
        value,
        'taiwan-subject-class-malformed',
        'The class of subject is not an OID',
      );
    },
  ],
  [
    TaiwanAttributeOid.cardKind,
    (value: DerElement, subject: TaiwanSubject) => {
      const words = 'The kind of card is neither primary nor secondary';
      const kind = text(value, /^(primary|secondary)$/, 'taiwan-card-kind-malformed', words);
      subject.cardKind = kind === 'primary' ? 'primary' : 'secondary';
    },
  ],
]);

/**
 * Reads Taiwan's profile strictly: each known attribute at most once, with exactly one value of its form.
 * Attributes that are not known are left alone.
 * @throws PkiError `taiwan-name-missing`, `taiwan-attributes-malformed`, `taiwan-attribute-duplicate` or one
 * `taiwan-…-malformed` per attribute
 */
export function readTaiwanSubject(certificate: UnverifiedCertificate): TaiwanSubject {
  const { subjectDn } = certificate;
  const units = subjectDn.all(AttributeOid.organizationalUnit);
  const name =
    subjectDn.first(AttributeOid.commonName) ??
    units.at(-1) ??
    subjectDn.all(AttributeOid.organization).at(-1);
  if (name === undefined || name.trim() === '') {
    throw new PkiError('taiwan-name-missing', 'The certificate names neither a person nor an organisation');
  }
  const subject: TaiwanSubject = { name };
  const extension = certificate.extensionList.get(ExtensionOid.subjectDirectoryAttributes);
  if (!extension) return subject;
  try {
    readAttributes(extension.value, subject);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new PkiError(
      'taiwan-attributes-malformed',
      'The directory attributes of the subject are malformed',
      cause,
    );
  }
  return subject;
}

function readAttributes(extensionValue: Uint8Array, subject: TaiwanSubject): void {
  const list = readWhole(extensionValue, Tag.sequence).reader();
  const seen = new Set<string>();
  while (!list.done) {
    const attribute = list.read(Tag.sequence).reader();
    const type = readOid(attribute.read(Tag.oid));
    const values = attribute.read(Tag.set).reader();
    attribute.finish();
    if (seen.has(type))
      throw new PkiError('taiwan-attribute-duplicate', `The attribute ${type} stands twice`);
    seen.add(type);
    if (seen.size > MAX_ATTRIBUTES) throw new DerError('There are too many attributes', list.position);
    const read = READERS.get(type);
    if (!read) continue;
    const value = values.readAny();
    values.finish();
    read(value, subject);
  }
}
