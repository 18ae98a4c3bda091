/** Bytes of each of the two numbers of a P-256 signature. */
const NUMBER = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** An unsigned number as a DER INTEGER, written at `at`; gives where it ends. */
function writeInteger(into: Buffer, at: number, number: Uint8Array): number {
  let first = 0;
  while (first < NUMBER - 1 && number[first] === 0) first += 1;
  const padded = (number[first] ?? 0) > 0x7f ? 1 : 0;
  const length = NUMBER - first + padded;
  into[at] = INTEGER;
  into[at + 1] = length;
  into[at + 2] = 0;
  into.set(number.subarray(first), at + 2 + padded);
  return at + 2 + length;
}

/** A P-256 signature of JWS (RFC 7518 section 3.4: two numbers side by side) in DER; undefined when it is not 64 bytes. */
export function derOfSignature(signature: Uint8Array): Buffer | undefined {
  if (signature.length !== 2 * NUMBER) return undefined;
  const der = Buffer.allocUnsafe(2 * NUMBER + 8);
  const middle = writeInteger(der, 2, signature.subarray(0, NUMBER));
  const end = writeInteger(der, middle, signature.subarray(NUMBER));
  der[0] = SEQUENCE;
  der[1] = end - 2;
  return der.subarray(0, end);
}

/** The other way round, for a DER signature of our own making. */
export function signatureOfDer(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const signature = new Uint8Array(2 * NUMBER);
  let at = 2;
  for (const end of [NUMBER, 2 * NUMBER]) {
    const length = der[at + 1] ?? 0;
    const digits = der.subarray(at + 2, at + 2 + length);
    const number = digits.length > NUMBER ? digits.subarray(digits.length - NUMBER) : digits;
    signature.set(number, end - number.length);
    at += 2 + length;
  }
  return signature;
}
