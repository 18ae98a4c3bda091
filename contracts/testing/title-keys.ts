import {
  createECDH,
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { AbiCoder, concat, getBytes, keccak256, SigningKey, Wallet, zeroPadValue } from 'ethers';
import { approvalOfAddress, approvalOfSigner, type Bytes32 } from '../src/index.ts';

/** Who can approve: `key` as titles name it, and the approval of a digest. */
export type Approver = { readonly key: Bytes32; approve(digest: string): `0x${string}` };

export const random32 = (): Bytes32 => `0x${randomBytes(32).toString('hex')}`;

/** A secp256k1 key. */
export function addressKey(privateKey: string = random32()): Approver & { readonly address: string } {
  const key = new SigningKey(privateKey);
  const { address } = new Wallet(privateKey);
  return {
    address,
    key: zeroPadValue(address, 32).toLowerCase() as Bytes32,
    approve: (digest) => approvalOfAddress(address, key.sign(digest).serialized),
  };
}

/** A P-256 key, as of a card, with OpenZeppelin's verifier at `verifier`. */
export function p256Key(verifier: string): Approver {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = concat([verifier, point(publicKey)]);
  return {
    key: keccak256(signer) as Bytes32,
    // The digest itself is signed: P-256 over a 32-byte value that is already a hash.
    approve: (digest) => approvalOfSigner(signer, signPrehashed(privateKey, getBytes(digest))),
  };
}

/** A passkey: a WebAuthn assertion whose challenge is the digest. */
export function passkey(verifier: string, origin = 'https://ledger.example'): Approver {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = concat([verifier, point(publicKey)]);
  const sha256 = (value: string | Uint8Array) => createHash('sha256').update(value).digest();
  return {
    key: keccak256(signer) as Bytes32,
    approve(digest) {
      const challenge = Buffer.from(getBytes(digest)).toString('base64url');
      const clientData = JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false });
      // rpIdHash, flags UP|UV, counter 1
      const authenticatorData = Buffer.concat([
        sha256(new URL(origin).hostname),
        Buffer.from('0500000001', 'hex'),
      ]);
      const signed = Buffer.concat([authenticatorData, sha256(clientData)]);
      const { r, s } = lowS(
        createSign('sha256').update(signed).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' }),
      );
      const assertion = AbiCoder.defaultAbiCoder().encode(
        ['bytes32', 'bytes32', 'uint256', 'uint256', 'bytes', 'string'],
        [
          r,
          s,
          clientData.indexOf('"challenge"'),
          clientData.indexOf('"type"'),
          authenticatorData,
          clientData,
        ],
      );
      return approvalOfSigner(signer, assertion);
    },
  };
}

function point(publicKey: KeyObject): string {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** OpenZeppelin takes only the lower of the two values of s, so that no signature has a second form. */
function lowS(signature: Uint8Array): { r: string; s: string } {
  const half = (from: number) => `0x${Buffer.from(signature.subarray(from, from + 32)).toString('hex')}`;
  const s = BigInt(half(32));
  return { r: half(0), s: `0x${(s > order / 2n ? order - s : s).toString(16).padStart(64, '0')}` };
}

/** Node hashes whatever it signs; a card signs the digest that it is given, so ECDSA here is by hand (FIPS 186-5). */
function signPrehashed(privateKey: KeyObject, digest: Uint8Array): string {
  const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const once = createECDH('prime256v1');
  const r = number(once.generateKeys().subarray(1, 33)) % order;
  const d = number(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  const s = (inverse(number(once.getPrivateKey())) * (number(digest) + r * d)) % order;
  const bytes = Buffer.from([r, s].map((value) => value.toString(16).padStart(64, '0')).join(''), 'hex');
  const low = lowS(bytes);
  return concat([low.r, low.s]);
}

/** By Fermat: k^(n-2) mod n. */
function inverse(k: bigint): bigint {
  let result = 1n;
  for (let [base, left] = [k, order - 2n]; left > 0n; left >>= 1n, base = (base * base) % order) {
    if (left & 1n) result = (result * base) % order;
  }
  return result;
}
