import { createHash } from 'node:crypto';
import { encode } from '../../src/asn1/writer.ts';
import { constructed, int, nothing, octets, oid, seq, set } from './der.ts';
import type { Authority } from './issue.ts';
import { signOctets, type TestKey } from './keys.ts';

const SHA256 = seq(oid('2.16.840.1.101.3.4.2.1'), nothing());
const DATA = '1.2.840.113549.1.7.1';

export type MessageRequest = {
  signer: Authority;
  content: Uint8Array;
  /** What travels inside the message; absent means detached. */
  attached?: Uint8Array;
  attributes?: boolean;
  contentType?: string;
  attributeContentType?: string;
  /** Replaces the digest in the signed attributes. */
  digest?: Uint8Array;
  signers?: number;
  certificates?: Uint8Array[];
  extraAttributes?: Uint8Array[];
};

/** A CMS SignedData as HiPKI makes it, or with one thing wrong. */
export function makeSignedData(request: MessageRequest): Uint8Array {
  const { signer, content, attached, attributes = true, contentType = DATA, signers = 1 } = request;
  const digest = request.digest ?? Uint8Array.from(createHash('sha256').update(content).digest());
  const list = [
    seq(oid('1.2.840.113549.1.9.3'), set(oid(request.attributeContentType ?? DATA))),
    seq(oid('1.2.840.113549.1.9.4'), set(octets(digest))),
    ...(request.extraAttributes ?? []),
  ].sort(Buffer.compare);
  const signedOctets = attributes ? encode(0x31, list) : content;
  const info = seq(
    int(1),
    seq(signer.certificate.issuer.der, encode(0x02, [signer.certificate.serialBytes])),
    SHA256,
    ...(attributes ? [constructed(0, ...list)] : []),
    signatureOid(signer.key),
    octets(signOctets(signer.key, signedOctets, 'sha256')),
  );
  const signedData = seq(
    int(1),
    set(SHA256),
    seq(oid(contentType), ...(attached ? [constructed(0, octets(attached))] : [])),
    constructed(0, ...(request.certificates ?? [signer.der])),
    set(...Array.from({ length: signers }, () => info)),
  );
  return seq(oid('1.2.840.113549.1.7.2'), constructed(0, signedData));
}

function signatureOid(key: TestKey): Uint8Array {
  return key.kind === 'rsa' || key.kind === 'rsa1024'
    ? seq(oid('1.2.840.113549.1.1.1'), nothing())
    : seq(oid('1.2.840.10045.4.3.2'));
}
