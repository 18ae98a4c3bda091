export { signJwt, type VerifyOptions, verifyJwt } from './jwt.ts';
export {
  generateJwk,
  generateKeys,
  type KeyRing,
  keyRing,
  loadKeys,
  loadPublicKeys,
  type PrivateKey,
  publicKeyObject,
} from './key-ring.ts';
export { decryptNested, encryptNested } from './nested.ts';
