import { Tag } from '../../asn1/reader.ts';
import type { UnverifiedCertificate } from '../../certificate/parse.ts';
import type { Check, PathState } from '../state.ts';

/** DSA parameters are inherited only while the kind of key stays the same. */
export function handOnKeyOf(certificate: UnverifiedCertificate, state: PathState): void {
  const key = certificate.subjectPublicKey;
  const inherited =
    key.lacksParameters && state.workingPublicKey.kind === 'dsa' ? state.workingParameters : undefined;
  const own = key.algorithm.parameters?.tag === Tag.null ? undefined : key.algorithm.parameters;
  state.workingParameters = own ?? inherited;
  state.workingPublicKey = inherited ? key.withParameters(inherited) : key;
  state.workingIssuerName = certificate.subjectDn;
  state.workingCertificate = certificate;
}

export const handOnKey: Check = {
  rule: 'RFC 5280 6.1.4 (c) to (f), 6.1.5 (c) to (e)',
  run({ certificate, state }) {
    handOnKeyOf(certificate, state);
    return undefined;
  },
};
