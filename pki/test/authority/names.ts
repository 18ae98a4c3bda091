import { constructed, ia5, implicit, oid, printable, seq, set, utf8 } from './der.ts';

const TYPES: Record<string, string> = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  emailAddress: '1.2.840.113549.1.9.1',
};

/** A Name from `C=TW/O=行政院/CN=…`, most significant first. The empty text is the empty name. */
export function nameOf(text: string): Uint8Array {
  const parts = text === '' ? [] : text.split('/');
  return seq(
    ...parts.map((part) => {
      const [type = '', ...rest] = part.split('=');
      const value = rest.join('=');
      const encoded = type === 'C' ? printable(value) : type === 'emailAddress' ? ia5(value) : utf8(value);
      return set(seq(oid(TYPES[type] ?? type), encoded));
    }),
  );
}

export const dnsName = (text: string): Uint8Array => implicit(2, Buffer.from(text, 'latin1'));
export const emailName = (text: string): Uint8Array => implicit(1, Buffer.from(text, 'latin1'));
export const uriName = (text: string): Uint8Array => implicit(6, Buffer.from(text, 'latin1'));
export const ipName = (...octetValues: number[]): Uint8Array => implicit(7, Uint8Array.from(octetValues));
export const directoryName = (text: string): Uint8Array => constructed(4, nameOf(text));
