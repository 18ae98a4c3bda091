import { sameBytes } from '../../src/asn1/values.ts';
import { parseCertificate } from '../../src/certificate/parse.ts';
import { PkiError, readTaiwanSubject, validateCertificate, verifyCardAnswer } from '../../src/index.ts';
import { parseOcspResponse } from '../../src/ocsp/ocsp-response.ts';
import { makeCrl } from '../../test/authority/crls.ts';
import { printable } from '../../test/authority/der.ts';
import {
  directoryAttributes,
  distributionPoints,
  nameConstraints,
  policies,
  policyMappings,
  subjectAltName,
} from '../../test/authority/extensions.ts';
import { makeAuthority, makeLeaf, makeRoot, NOW } from '../../test/authority/issue.ts';
import { makeSignedData } from '../../test/authority/messages.ts';
import { directoryName, dnsName, uriName } from '../../test/authority/names.ts';
import { makeOcsp } from '../../test/authority/ocsp-answers.ts';
import { Random } from '../../test/authority/random.ts';
import { mutate } from './mutate.ts';
import type { Watch } from './watch.ts';

export type MutantCounts = { mutants: number; refused: number; harmless: number };

const root = makeRoot('C=TW/CN=Mutant root');
const ca = makeAuthority(root, 'C=TW/CN=Mutant CA', {
  add: [
    policies('1.2.3'),
    policyMappings(['1.2.3', '1.2.4']),
    nameConstraints([dnsName('gov.tw'), directoryName('C=TW')]),
  ],
});
const leaf = makeLeaf(ca, {
  serial: 0x1234,
  add: [
    policies('1.2.4'),
    subjectAltName(dnsName('a.gov.tw')),
    directoryAttributes(['2.16.886.1.100.2.51', printable('1234')]),
    distributionPoints({ fullName: [uriName('http://crl.gov.tw/1.crl')] }),
  ],
});
const rsaLeaf = makeLeaf(ca, { kind: 'rsa' });
const rootCrl = makeCrl({ issuer: root });
const caCrl = makeCrl({
  issuer: ca,
  entries: [{ serial: 1, reason: 1 }, { serial: 2 }, { serial: 3, reason: 4 }],
});
const ocsp = makeOcsp({ issuer: ca, certificate: leaf.der });
const challenge = Buffer.from('a challenge of thirty-two octets');
const message = makeSignedData({ signer: rsaLeaf, content: challenge, attached: challenge });

const question = { intermediates: [ca.der], anchors: [root.der], time: NOW, revocation: 'required' } as const;

/** Decides, and insists that bad input was refused by a rule and not by an accident. */
function isAccepted(input: Parameters<typeof validateCertificate>[0]): boolean {
  const { valid, code } = validateCertificate(input);
  if (code === 'internal-fault') throw new Error('A decision ended in an internal fault');
  return valid;
}

function isAnswered(octets: Uint8Array): boolean {
  try {
    const { unverifiedCertificate } = verifyCardAnswer({
      signatureType: 'PKCS7',
      signature: octets,
      challenge,
      hashAlgorithm: 'SHA256',
    });
    // The certificate in a message is not signed by it; what counts is whose key made the signature.
    if (!unverifiedCertificate.publicKey.equals(rsaLeaf.certificate.publicKey)) {
      throw new Error('A changed message was taken for one of another signer');
    }
    return true;
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}

/** Certificates are read for display before anyone has validated them. */
function read(octets: Uint8Array): void {
  try {
    const certificate = parseCertificate(octets);
    readTaiwanSubject(certificate);
    void [certificate.subjectName, certificate.issuerName, certificate.keyId, certificate.serial];
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
  }
}

/** The signed part and the signature of a response; what is around them is not signed. */
function isSameAnswer(octets: Uint8Array): boolean {
  const [a, b] = [parseOcspResponse(octets), parseOcspResponse(ocsp)];
  return sameBytes(a.tbs, b.tbs) && sameBytes(a.signature, b.signature);
}

type Kind = {
  name: string;
  original: Uint8Array;
  accepts(octets: Uint8Array): boolean;
  mayAccept(octets: Uint8Array): boolean;
};

const KINDS: readonly Kind[] = [
  {
    name: 'certificate',
    original: leaf.der,
    accepts(octets) {
      read(octets);
      return isAccepted({ ...question, leaf: octets, crls: [rootCrl, caCrl] });
    },
    mayAccept: () => false,
  },
  {
    name: 'authority',
    original: ca.der,
    accepts: (octets) =>
      isAccepted({ ...question, leaf: leaf.der, intermediates: [octets], crls: [rootCrl, caCrl] }),
    mayAccept: () => false,
  },
  {
    name: 'CRL',
    original: caCrl,
    accepts: (octets) => isAccepted({ ...question, leaf: leaf.der, crls: [rootCrl, octets] }),
    mayAccept: () => false,
  },
  {
    name: 'OCSP response',
    original: ocsp,
    accepts: (octets) => isAccepted({ ...question, leaf: leaf.der, crls: [rootCrl], ocsp: [octets] }),
    mayAccept: isSameAnswer,
  },
  // Neither the other fields of a CMS message nor the certificates in it are signed; the signer is checked above.
  { name: 'CMS message', original: message, accepts: isAnswered, mayAccept: () => true },
];

/**
 * Puts changed certificates, CRLs, OCSP responses and CMS messages to the library.
 * @throws Error when one that must not be accepted is, or something ends in anything but a refusal
 */
export function runMutants(count: number, seed: number, watch: Watch): MutantCounts {
  const random = new Random(seed);
  const counts: MutantCounts = { mutants: 0, refused: 0, harmless: 0 };
  for (const kind of KINDS)
    if (!kind.accepts(kind.original)) throw new Error(`The original ${kind.name} is refused`);
  while (counts.mutants < count) {
    const kind = random.pick(KINDS);
    const mutant = mutate(kind.original, random);
    if (sameBytes(mutant, kind.original)) continue;
    counts.mutants += 1;
    if (!watch.run(kind.name, () => kind.accepts(mutant))) counts.refused += 1;
    else if (kind.mayAccept(mutant)) counts.harmless += 1;
    else throw new Error(`A changed ${kind.name} was accepted: ${Buffer.from(mutant).toString('base64')}`);
  }
  return counts;
}
