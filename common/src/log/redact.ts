const HIDDEN = '[redacted]';

/** Field names whose values never reach a log, whatever they hold. Compared in lower case without separators. */
const SECRET_KEYS = new Set(
  (
    'authorization cookie setcookie password pin secret token accesstoken refreshtoken idtoken idtokenhint clientassertion ' +
    'assertion codeverifier dpop signature signatureinput envelope order nationalid claimednationalid name commonname subject ' +
    'subjectname sub certificate certb64 challenge address birthdate data document receipt salt privatekey d jwk csrf csrftoken body ' +
    'claimedsubject givenname familyname email phone params parameters'
  ).split(' '),
);

/** Values that give themselves away by their form. */
const SECRET_FORMS: readonly RegExp[] = [
  /\b[A-Z][1289A-D]\d{8}\b/g, // national ID and residence permit numbers (國民身分證、居留證統一證號)
  /\beyJ[\w-]{8,}\.[\w-]*\.[\w-]*(?:\.[\w-]*\.[\w-]*)?/g, // JWS and JWE, compact
  /\b(?:Bearer|DPoP|Basic) +[\w.~+/=-]{8,}/gi, // authorization credentials
  /\b[A-Za-z0-9+/_-]{80,}={0,2}/g, // long base64: signatures, certificates, keys
];

function redactText(text: string): string {
  return SECRET_FORMS.reduce((clean, form) => clean.replace(form, HIDDEN), text);
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const coded = error as Error & { code?: unknown };
  return {
    type: error.name,
    message: redactText(error.message),
    ...(typeof coded.code === 'string' ? { code: coded.code } : {}),
    ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

/** Our stable codes are short words; an OAuth code under the same name is 43 random characters and must not pass. */
function redactCode(value: unknown): unknown {
  return typeof value !== 'string' || value.length <= 40 ? redact(value) : HIDDEN;
}

function redactField(key: string, value: unknown, depth: number): unknown {
  const plainKey = key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (SECRET_KEYS.has(plainKey)) return HIDDEN;
  return plainKey === 'code' ? redactCode(value) : redact(value, depth + 1);
}

/** A copy of `value` that is fit for a log line. Logger and service names are kept: they are set by the logger's base. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object') return value;
  if (depth > 6) return HIDDEN;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return HIDDEN;
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => redact(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactField(key, item, depth)]));
}
