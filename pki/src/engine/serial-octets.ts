import { PkiError } from '../error.ts';

/**
 * The two's complement octets of a serial number in hexadecimal, as `UnverifiedCertificate.serial` writes it.
 * @throws PkiError `serial-malformed`
 */
export function serialOctets(serial: string): Uint8Array {
  const match = /^(-?)0*([0-9A-Fa-f]{1,128})$/.exec(serial);
  if (!match) throw new PkiError('serial-malformed', 'The serial number is not hexadecimal');
  const [, sign = '', digits = '0'] = match;
  if (sign === '-') return negativeOctets(BigInt(`0x${digits}`));
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const octets = Buffer.from(even, 'hex');
  return (octets[0] ?? 0) >= 0x80 ? Uint8Array.of(0, ...octets) : Uint8Array.from(octets);
}

function negativeOctets(magnitude: bigint): Uint8Array {
  let length = 1;
  while (magnitude > 1n << BigInt(8 * length - 1)) length += 1;
  const value = (1n << BigInt(8 * length)) - magnitude;
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}
