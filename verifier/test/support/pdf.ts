import { KeyObject, sign } from 'node:crypto';
import { composePdf, composeSeal, printOf, sealAttributes } from '../../src/index.ts';
import { der, oid } from '../../src/pdf/der.ts';
import { now, type TestKey } from './world.ts';

const address = 'https://verify.example.tw/';

/** A certificate as far as a seal needs one: issuer, serial and key; who signed it is nobody's concern here. */
function certificateOf(key: TestKey): Uint8Array {
  const sequence = 0x30;
  const point = ['x', 'y'].map((name) => Buffer.from(String(key.jwk[name as 'x']), 'base64url'));
  const algorithm = der(sequence, oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
  const info = der(sequence, algorithm, der(0x03, Uint8Array.of(0, 4), ...point));
  const empty = der(sequence);
  const version = der(0xa0, der(0x02, Uint8Array.of(2)));
  const body = der(sequence, version, der(0x02, Uint8Array.of(7)), empty, empty, empty, empty, info);
  return der(sequence, body, empty, der(0x03, Uint8Array.of(0)));
}

/** The PDF of a file with fonts of no shape, sealed with this key. */
export async function sealedPdf(file: string, key: TestKey, sealedAt = now): Promise<Uint8Array> {
  const printed = await printOf(file, address);
  const font = (chars: readonly string[] = []) => ({
    widths: chars.map(() => 1000),
    program: Uint8Array.of(1, 2, 3),
    length: 3,
  });
  const fonts = { regular: font(printed?.glyphs.regular), bold: font(printed?.glyphs.bold) };
  const parts = { file, verifier: address, fonts, missing: new Set<number>(), sealedAt };
  const draft = await composePdf({ ...parts, seal: new Uint8Array() });
  if (!draft) throw new Error('the file is no paper');
  const certificates = [certificateOf(key)] as const;
  const attributes = sealAttributes(draft.covered, certificates);
  const signature = new Uint8Array(sign('sha256', attributes, KeyObject.from(key.privateKey)));
  const whole = await composePdf({ ...parts, seal: composeSeal(draft.covered, certificates, signature) });
  return whole?.bytes ?? new Uint8Array();
}
