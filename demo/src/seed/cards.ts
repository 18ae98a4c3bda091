import { existsSync } from 'node:fs';
import type { Addresses } from '../country/addresses.ts';
import { type CardPlan, cardPlans } from '../country/cards.ts';
import { citizenById } from '../country/citizens.ts';
import { type CountryFiles, readJson, writePrivate, writePrivateJson } from '../country/files.ts';
import { organisationById } from '../country/organisations.ts';
import { authorityPlan } from '../pki/authorities.ts';
import {
  certificatePolicies,
  citizenAttributes,
  crlDistributionPoint,
  digitalSignatureUsage,
  type Extension,
  issuerCertificateAddress,
  keyIdentifiers,
  organisationAttributes,
  signCertificate,
} from '../pki/certificate.ts';
import { Oid } from '../pki/oids.ts';
import { openAuthority } from '../pki/open.ts';
import type { RevocationRecord } from '../pki/revocations.ts';
import { certificateAddress, crlAddress, generateKey, newSerial, writeKey } from './authorities.ts';

/** What is printed on a card and known to its reader beside the certificate. The serial is hexadecimal, upper case. */
export type CardRecord = CardPlan & { name: string; nationalId?: string; serial: string; cardNumber: string };

const LIFETIME_YEARS = 8;

type Holder = { name: string; named: string; nationalId?: string; attributes: Extension };

/** What a card says of whom it was given to. */
const holderOf = (plan: CardPlan): Holder => {
  if ('organisation' in plan) {
    const organisation = organisationById(plan.organisation);
    if (!organisation) throw new Error(`card "${plan.id}" belongs to nobody`);
    return {
      name: organisation.name['zh-TW'],
      named: Oid.organization,
      attributes: organisationAttributes(organisation),
    };
  }
  const citizen = citizenById(plan.citizen);
  if (!citizen) throw new Error(`card "${plan.id}" belongs to nobody`);
  const { name, nationalId } = citizen;
  const attributes = citizenAttributes({ lastFour: nationalId.slice(-4), cardKind: plan.kind });
  return { name, named: Oid.commonName, nationalId, attributes };
};

const personalise = (files: CountryFiles, addresses: Addresses, plan: CardPlan, founded: Date): void => {
  const holder = holderOf(plan);
  const authority = openAuthority(files, plan.authority);
  const key = generateKey(authorityPlan(plan.authority).key);
  const serial = newSerial();
  // The card number that stands in the subject as serialNumber: 16 digits, unrelated to the national ID.
  const cardNumber = (serial.readBigUInt64BE() % 10n ** 16n).toString().padStart(16, '0');
  const certificate = signCertificate({
    serial,
    issuer: authority.issuer,
    subject: [
      [Oid.country, 'TW'],
      [holder.named, holder.name],
      [Oid.serialNumber, cardNumber],
    ],
    subjectKey: key,
    notBefore: founded,
    notAfter: new Date(Date.UTC(founded.getUTCFullYear() + LIFETIME_YEARS, founded.getUTCMonth(), 1)),
    extensions: [
      ...keyIdentifiers(authority.issuer.key, key),
      digitalSignatureUsage(),
      certificatePolicies(Oid.policyClass3),
      holder.attributes,
      crlDistributionPoint(crlAddress(addresses, plan.authority)),
      issuerCertificateAddress(certificateAddress(addresses, plan.authority)),
    ],
  });
  writeKey(files.card(plan.id, 'key.pem'), key);
  writePrivate(files.card(plan.id, 'certificate.der'), certificate);
  if (plan.lost) reportLost(files, plan, serial.toString('hex').toUpperCase(), founded);
  writePrivateJson(files.card(plan.id, 'card.json'), {
    ...plan,
    name: holder.name,
    ...(holder.nationalId === undefined ? {} : { nationalId: holder.nationalId }),
    serial: serial.toString('hex').toUpperCase(),
    cardNumber,
  } satisfies CardRecord);
};

const reportLost = (files: CountryFiles, plan: CardPlan, serial: string, at: Date): void => {
  const path = files.authority(plan.authority, 'revoked.json');
  const record = readJson<RevocationRecord>(path);
  writePrivateJson(path, {
    number: record.number,
    revoked: [...record.revoked, { serial, at: at.toISOString(), reason: 'keyCompromise' }],
  } satisfies RevocationRecord);
};

/** Personalises the cards that do not exist yet; `card.json` is written last and says that a card is complete. */
export const personaliseCards = (files: CountryFiles, addresses: Addresses, founded: Date): void => {
  for (const plan of cardPlans) {
    if (!existsSync(files.card(plan.id, 'card.json'))) personalise(files, addresses, plan, founded);
  }
};
