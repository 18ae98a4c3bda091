import type { X509Certificate } from 'node:crypto';

type Attribute = readonly [type: string, value: string];

const ESCAPE = /\\([0-9a-fA-F]{2}|[\s\S])/g;

/** `\2C` is an octet of UTF-8, `\,` the character itself (RFC 4514 section 2.4). */
function unescaped(text: string): string {
  const octets: Buffer[] = [];
  let at = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [all, escaped = ''] = match;
    octets.push(Buffer.from(text.slice(at, match.index)));
    octets.push(escaped.length === 2 ? Buffer.from(escaped, 'hex') : Buffer.from(escaped));
    at = match.index + all.length;
  }
  octets.push(Buffer.from(text.slice(at)));
  return Buffer.concat(octets).toString('utf8');
}

/** Case and the number of spaces between words make no difference (RFC 4517 section 4.2.11). */
const folded = (value: string): string => unescaped(value).trim().replace(/\s+/g, ' ').toLowerCase();

/** One attribute, one value each; a name with several values at one level, or in hexadecimal, is not read. */
function attributes(parts: readonly string[]): Attribute[] | undefined {
  const read = parts.map((part): Attribute | undefined => {
    const [, type, value] =
      /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)=((?:\\[\s\S]|[^\\+#])(?:\\[\s\S]|[^\\+])*)$/.exec(part) ??
      [];
    return type === undefined || value === undefined ? undefined : [type.toLowerCase(), folded(value)];
  });
  return read.every((one) => one !== undefined) ? read : undefined;
}

/** From the most specific attribute on. */
function attributesOfText(text: string): Attribute[] | undefined {
  return attributes(text.match(/(?:\\[\s\S]|[^\\,])+/g) ?? []);
}

/** Node prints one attribute a line, from the least specific on, escaped as RFC 4514 says. */
function attributesOfCertificate(certificate: X509Certificate): Attribute[] | undefined {
  return attributes(certificate.subject.split('\n').reverse());
}

/** Whether a certificate's subject is the registered name, an RFC 4514 text, attribute by attribute; what cannot be read matches nothing. */
export function subjectMatches(certificate: X509Certificate, registered: string): boolean {
  const presented = attributesOfCertificate(certificate);
  const wanted = attributesOfText(registered);
  return (
    presented !== undefined &&
    wanted !== undefined &&
    wanted.length > 0 &&
    JSON.stringify(presented) === JSON.stringify(wanted)
  );
}
