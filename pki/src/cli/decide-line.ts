import { parseCertificate } from '../certificate/parse.ts';
import { parseCrl } from '../crl/crl.ts';
import type { ValidationInput } from '../decision/decision.ts';
import { validateCertificate } from '../decision/validate.ts';
import { PkiError } from '../error.ts';
import { ParsedCache } from './parsed-cache.ts';

export type BatchAnswer = {
  id: string | number | null;
  valid: boolean;
  code: string;
  path: string[];
  policies: string[];
};

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const NOT_BASE64 = /[^A-Za-z0-9+/]/;

const certificates = new ParsedCache((text) => parsedOrOctets(decode(text), parseCertificate));
const crls = new ParsedCache((text) => parsedOrOctets(decode(text), parseCrl));

/** What does not parse stays octets, for the decision to refuse or to leave aside. */
function parsedOrOctets<T>(octets: Uint8Array, parse: (octets: Uint8Array) => T): T | Uint8Array {
  try {
    return parse(octets);
  } catch (error) {
    if (error instanceof PkiError) return octets;
    throw error;
  }
}

/** Decides one line of a batch; null is a line that was too long. Never throws. */
export function decideLine(line: string | null): BatchAnswer {
  if (line === null) return refused(null, 'input-too-long');
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return refused(null, 'input-malformed');
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    return refused(null, 'input-malformed');
  const fields = new Map<string, unknown>(Object.entries(request));
  const id = fields.get('id');
  const knownId = typeof id === 'string' || typeof id === 'number' ? id : null;
  try {
    const { valid, code, path, policies } = validateCertificate(readRequest(fields));
    return { id: knownId, valid, code, path, policies };
  } catch (error) {
    return refused(knownId, error instanceof PkiError ? error.code : 'internal-fault');
  }
}

function refused(id: BatchAnswer['id'], code: string): BatchAnswer {
  return { id, valid: false, code, path: [], policies: [] };
}

function readRequest(fields: ReadonlyMap<string, unknown>): ValidationInput {
  const purpose = fields.get('purpose') ?? 'any';
  const revocation = fields.get('revocation') ?? 'none';
  if (purpose !== 'any' && purpose !== 'login') throw new PkiError('input-invalid', 'The purpose is unknown');
  if (revocation !== 'required' && revocation !== 'none')
    throw new PkiError('input-invalid', 'The revocation is unknown');
  return {
    leaf: decode(fields.get('leaf')),
    intermediates: readTexts(fields, 'intermediates').map((text) => certificates.get(text)),
    anchors: readTexts(fields, 'anchors').map((text) => certificates.get(text)),
    crls: readTexts(fields, 'crls').map((text) => crls.get(text)),
    ocsp: readTexts(fields, 'ocsp').map(decode),
    time: readTime(fields.get('time')),
    purpose,
    revocation,
    policies: readTexts(fields, 'policies'),
    ...readFlags(fields),
  };
}

/** Whether flags are given matters: a purpose may have its own default. */
function readFlags(fields: ReadonlyMap<string, unknown>): Partial<ValidationInput> {
  const flags: Partial<Record<'explicitPolicy' | 'inhibitPolicyMapping' | 'inhibitAnyPolicy', boolean>> = {};
  for (const name of ['explicitPolicy', 'inhibitPolicyMapping', 'inhibitAnyPolicy'] as const) {
    const value = fields.get(name) ?? undefined;
    if (value === undefined) continue;
    if (typeof value !== 'boolean') throw new PkiError('input-invalid', `${name} is neither true nor false`);
    flags[name] = value;
  }
  return flags;
}

function readTexts(fields: ReadonlyMap<string, unknown>, name: string): string[] {
  const value = fields.get(name) ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new PkiError('input-invalid', `${name} is not a list of texts`);
  }
  return value;
}

/** What is not base64 becomes no octets at all, which no parser takes for anything. */
function decode(value: unknown): Uint8Array {
  if (typeof value !== 'string') return new Uint8Array();
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  const isBase64 = !NOT_BASE64.test(value.slice(0, value.length - padding));
  return isBase64 ? Buffer.from(value, 'base64') : new Uint8Array();
}

function readTime(value: unknown): Date {
  if (typeof value !== 'string' || !RFC3339.test(value))
    throw new PkiError('input-invalid', 'The time is not RFC 3339');
  return new Date(value);
}
