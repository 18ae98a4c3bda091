import { type CertificateInput, toCertificate } from '../certificate/input.ts';
import type { UnverifiedCertificate } from '../certificate/parse.ts';
import { parseCrl, UnverifiedCrl } from '../crl/crl.ts';
import { PkiError } from '../error.ts';
import type { EvidenceInput } from '../evidence/evidence.ts';
import { MAX_NONCE_OCTETS, type OcspResponse, parseOcspResponse } from '../ocsp/ocsp-response.ts';
import { MAX_CANDIDATES } from '../path/search.ts';
import type { PathSettings } from '../path/state.ts';
import { type ListedAuthority, listAuthorities } from '../purpose/authority.ts';
import { PURPOSES, type Purpose } from '../purpose/purpose.ts';
import type { ValidationInput } from './decision.ts';

export type PreparedInput = {
  leaf: UnverifiedCertificate;
  candidates: UnverifiedCertificate[];
  anchors: UnverifiedCertificate[];
  crls: UnverifiedCrl[];
  ocsp: OcspResponse[];
  settings: PathSettings;
  purpose: Purpose;
  authorities: ListedAuthority[] | undefined;
  graceMs: number;
  evidence: EvidenceInput;
};

/** Far more than 256 steps take on a busy machine. */
export const DEFAULT_BUDGET_MS = 2000;
const OID = /^[0-2](\.(0|[1-9][0-9]*))+$/;

/**
 * Parses what a decision is about. The leaf and the anchors must be well-formed; other material that is not is left
 * aside, as it could come from anyone.
 * @throws PkiError `certificate-malformed`, `anchor-malformed`, `input-invalid`, `too-many-candidates`
 */
export function prepareInput(input: ValidationInput): PreparedInput {
  const time = input.time instanceof Date ? input.time.getTime() : Number.NaN;
  if (!Number.isFinite(time)) throw new PkiError('input-invalid', 'The time of the decision is not a date');
  const purposeName = input.purpose ?? 'any';
  const purpose = Object.hasOwn(PURPOSES, purposeName) ? PURPOSES[purposeName] : undefined;
  if (!purpose) throw new PkiError('input-invalid', 'The purpose is unknown');
  if (input.policies?.some((policy) => !OID.test(policy)))
    throw new PkiError('input-invalid', 'A policy is not an OID');
  const intermediates = input.intermediates ?? [];
  if (intermediates.length > MAX_CANDIDATES) {
    throw new PkiError('too-many-candidates', `More than ${MAX_CANDIDATES} certificates were handed in`);
  }
  const budgetMilliseconds = input.budgetMilliseconds ?? DEFAULT_BUDGET_MS;
  if (!(budgetMilliseconds >= 0))
    throw new PkiError('input-invalid', 'The time for the decision is no number');
  const { ocspNonce } = input;
  if (ocspNonce && (ocspNonce.length === 0 || ocspNonce.length > MAX_NONCE_OCTETS))
    throw new PkiError('input-invalid', 'The nonce of the OCSP request has an impossible length');
  const asked = input.policies?.length ? input.policies : undefined;
  const authorities = prepareAuthorities(input, asked, purpose);
  const initialPolicies =
    asked ?? (authorities?.length ? unionOfPolicies(authorities) : purpose.defaultPolicies);
  const settings: PathSettings = {
    time,
    initialPolicies,
    explicitPolicy: input.explicitPolicy ?? purpose.defaultPolicies !== undefined,
    inhibitPolicyMapping: input.inhibitPolicyMapping ?? false,
    inhibitAnyPolicy: input.inhibitAnyPolicy ?? false,
  };
  const leaf = toCertificate(input.leaf);
  const candidates = parseEach(intermediates, toCertificate);
  const anchors = input.anchors.map(toAnchor);
  const crls = parseEach(input.crls ?? [], (crl) => (crl instanceof UnverifiedCrl ? crl : parseCrl(crl)));
  const ocsp = parseEach(input.ocsp ?? [], parseOcspResponse);
  const graceSeconds = Math.max(0, input.revocationGraceSeconds ?? 0);
  const { explicitPolicy, inhibitPolicyMapping, inhibitAnyPolicy } = settings;
  return {
    leaf,
    candidates,
    anchors,
    crls,
    ocsp,
    settings,
    purpose,
    authorities,
    graceMs: graceSeconds * 1000,
    evidence: {
      leaf: leaf.fingerprint,
      intermediates: candidates.map((c) => c.fingerprint),
      anchors: anchors.map((c) => c.fingerprint),
      crls: crls.map((crl) => crl.head.fingerprint),
      ocsp: ocsp.map((response) => response.fingerprint),
      time: new Date(time).toISOString(),
      purpose: purposeName,
      policies: initialPolicies ? [...initialPolicies] : null,
      explicitPolicy,
      inhibitPolicyMapping,
      inhibitAnyPolicy,
      revocation: input.revocation ?? 'none',
      graceSeconds,
      ocspNonce: ocspNonce ? Buffer.from(ocspNonce).toString('hex') : null,
      authorities: authorities ?? null,
      budgetMilliseconds,
    },
  };
}

function prepareAuthorities(
  { authorities, purpose }: ValidationInput,
  asked: readonly string[] | undefined,
  { defaultPolicies }: Purpose,
): ListedAuthority[] | undefined {
  if (authorities === undefined) return undefined;
  if (purpose !== 'login') throw new PkiError('input-invalid', 'Authorities are listed for logging in only');
  if (authorities.some(({ policies }) => policies?.some((policy) => !OID.test(policy))))
    throw new PkiError('input-invalid', 'A policy of an authority is not an OID');
  return listAuthorities(authorities, asked ?? defaultPolicies ?? []);
}

function unionOfPolicies(authorities: readonly ListedAuthority[]): string[] {
  return [...new Set(authorities.flatMap(({ policies }) => policies))];
}

function toAnchor(input: CertificateInput): UnverifiedCertificate {
  try {
    return toCertificate(input);
  } catch (cause) {
    throw new PkiError('anchor-malformed', 'An anchor is not a well-formed certificate', cause);
  }
}

function parseEach<In, Out>(inputs: readonly In[], parse: (input: In) => Out): Out[] {
  const parsed: Out[] = [];
  for (const input of inputs) {
    try {
      parsed.push(parse(input));
    } catch (error) {
      if (!(error instanceof PkiError)) throw error;
    }
  }
  return parsed;
}
