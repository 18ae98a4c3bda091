import { createHash } from 'node:crypto';
import { encode } from '../../src/asn1/writer.ts';
import { parseCertificate } from '../../src/certificate/parse.ts';
import {
  bits,
  constructed,
  enumerated,
  generalizedTime,
  implicit,
  nothing,
  octets,
  oid,
  seq,
} from './der.ts';
import { type Ext, encodeExtension, ext } from './extensions.ts';
import { day, type Signer } from './issue.ts';
import { signatureAlgorithm, signOctets, type TestKey } from './keys.ts';
import { nameOf } from './names.ts';

export type OcspRequest = {
  issuer: Signer;
  certificate: Uint8Array;
  status?: 'good' | 'revoked' | 'unknown';
  responder?: Signer;
  byKey?: boolean;
  certificates?: Uint8Array[];
  thisUpdate?: Date;
  nextUpdate?: Date | null;
  producedAt?: Date;
  nonce?: Uint8Array;
  /** Replaces the issuer's key in the CertID. */
  idKey?: TestKey;
  times?: number;
  extensions?: Ext[];
};

/** A signed OCSP response about one certificate. */
export function makeOcsp(request: OcspRequest): Uint8Array {
  const { issuer, status = 'good', times = 1, extensions = [] } = request;
  const responder = request.responder ?? issuer;
  const sha1 = (value: Uint8Array): Uint8Array => Uint8Array.from(createHash('sha1').update(value).digest());
  const id = seq(
    seq(oid('1.3.14.3.2.26'), nothing()),
    octets(sha1(nameOf(issuer.name))),
    octets(sha1((request.idKey ?? issuer.key).keyOctets)),
    encode(0x02, [parseCertificate(request.certificate).serialBytes]),
  );
  const statuses = {
    good: implicit(0),
    revoked: constructed(1, generalizedTime(day(-5)), constructed(0, enumerated(1))),
    unknown: implicit(2),
  };
  const nextUpdate = request.nextUpdate === undefined ? day(1) : request.nextUpdate;
  const answer = seq(
    id,
    statuses[status],
    generalizedTime(request.thisUpdate ?? day(-1)),
    ...(nextUpdate ? [constructed(0, generalizedTime(nextUpdate))] : []),
  );
  const all = [...(request.nonce ? [ext('1.3.6.1.5.5.7.48.1.2', octets(request.nonce))] : []), ...extensions];
  const tbs = seq(
    request.byKey ? constructed(2, octets(responder.key.keyId)) : constructed(1, nameOf(responder.name)),
    generalizedTime(request.producedAt ?? day(-1)),
    seq(...Array.from({ length: times }, () => answer)),
    ...(all.length > 0 ? [constructed(1, seq(...all.map(encodeExtension)))] : []),
  );
  const certificates = request.certificates ?? [];
  const basic = seq(
    tbs,
    signatureAlgorithm(responder.key, 'sha256'),
    bits(signOctets(responder.key, tbs, 'sha256')),
    ...(certificates.length > 0 ? [constructed(0, seq(...certificates))] : []),
  );
  return seq(enumerated(0), constructed(0, seq(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic))));
}
