import { CompactSign, importJWK, type JWK } from 'jose';
import { digestOf, disclosedName, parseSdJwt } from './document/sd-jwt.ts';
import { utf8 } from './encoding/bytes.ts';
import { composeFile, partsOf } from './file/xinlu-file.ts';

export type Presentation = {
  /** Names of the fields to show; all other disclosable ones are left out. Absent: all. */
  readonly disclose?: readonly string[] | undefined;
  /** Proves to one verifier that the paper is shown by its holder. */
  readonly proof?:
    | {
        /** The holder's private key, whose public part the paper names. */
        readonly key: JWK;
        readonly audience: string;
        /** What the verifier gave for this once. */
        readonly nonce: string;
        readonly at: Date;
      }
    | undefined;
};

/**
 * What a holder shows of her paper: the same file with the fields of her choice, and a proof (Key Binding JWT,
 * RFC 9901, section 4.3) where one is asked for. A proof that the file carried is not passed on.
 *
 * @returns undefined if the text is no file of a credential
 */
export async function presentPaper(
  text: string,
  { disclose, proof }: Presentation,
): Promise<string | undefined> {
  const parts = partsOf(text);
  const parsed = parts?.kind === 'credential' ? parseSdJwt(parts.document) : undefined;
  if (!parts || !parsed) return undefined;
  const shown = parsed.disclosures.filter(
    (disclosure) => disclose === undefined || disclose.includes(disclosedName(disclosure) ?? ''),
  );
  const { sdJwt, hash } = withDisclosures(parsed.jwt.compact, shown);
  const holderProof = proof ? await signProof(proof, hash) : '';
  return composeFile({ ...parts, document: `${sdJwt}${holderProof}` });
}

function withDisclosures(jwt: string, disclosures: readonly string[]): { sdJwt: string; hash: string } {
  const sdJwt = [jwt, ...disclosures, ''].join('~');
  return { sdJwt, hash: digestOf(sdJwt) };
}

async function signProof(
  { key, audience, nonce, at }: NonNullable<Presentation['proof']>,
  hash: string,
): Promise<string> {
  const claims = { iat: Math.floor(at.getTime() / 1000), aud: audience, nonce, sd_hash: hash };
  return new CompactSign(utf8(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', typ: 'kb+jwt' })
    .sign(await importJWK(key, 'ES256'));
}
