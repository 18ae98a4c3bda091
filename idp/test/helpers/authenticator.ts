import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export type CreationOptions = { challenge: string; user: { id: string }; rp: { id: string } };
export type RequestOptions = { challenge: string; rpId: string };
type Credential = { id: Buffer; key: KeyObject; userHandle: string; counter: number };

/** CBOR, just what an attestation of form "none" and a COSE key need. */
const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.of((major << 5) | length)
    : length < 256
      ? Buffer.of((major << 5) | 24, length)
      : Buffer.of((major << 5) | 25, length >> 8, length & 255);
const int = (value: number): Buffer => (value >= 0 ? head(0, value) : head(1, -value - 1));
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer =>
  Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
const map = (entries: [Buffer, Buffer][]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);

const UP = 0x01;
const UV = 0x04;
const BE = 0x08;
const BS = 0x10;
const AT = 0x40;

/** A software authenticator with discoverable ES256 credentials; each of its lies can be switched on. */
export class SoftAuthenticator {
  readonly credentials: Credential[] = [];
  counting = true;
  userVerified = true;
  backedUp = false;
  /** May be backed up, whether it is now or not. */
  synced = false;
  aaguid = Buffer.alloc(16);
  /** How its maker vouches for it: `packed` with this chain and key (WebAuthn 8.2), or `self` without a chain. */
  attestation: { chain: Buffer[]; key: KeyObject } | 'self' | undefined;
  origin: string | undefined;
  rpId: string | undefined;

  #clientData(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(
      JSON.stringify({ type, challenge, origin: this.origin ?? origin, crossOrigin: false }),
    );
  }

  #authenticatorData(rpId: string, credential: Credential, attested?: Buffer): Buffer {
    const flags =
      UP |
      (this.userVerified ? UV : 0) |
      (this.synced || this.backedUp ? BE : 0) |
      (this.backedUp ? BS : 0) |
      (attested === undefined ? 0 : AT);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(credential.counter);
    return Buffer.concat([
      createHash('sha256')
        .update(this.rpId ?? rpId)
        .digest(),
      Buffer.of(flags),
      counter,
      attested ?? Buffer.alloc(0),
    ]);
  }

  #statement(authData: Buffer, clientData: Buffer, own: KeyObject): Buffer {
    if (this.attestation === undefined) return map([]);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    const key = this.attestation === 'self' ? own : this.attestation.key;
    const entries: [Buffer, Buffer][] = [
      [text('alg'), int(-7)],
      [text('sig'), bytes(sign('sha256', signed, key))],
    ];
    if (this.attestation !== 'self')
      entries.push([
        text('x5c'),
        Buffer.concat([head(4, this.attestation.chain.length), ...this.attestation.chain.map(bytes)]),
      ]);
    return map(entries);
  }

  create(options: CreationOptions, origin: string): object {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    const credential: Credential = {
      id: randomBytes(32),
      key: privateKey,
      userHandle: options.user.id,
      counter: 0,
    };
    this.credentials.push(credential);
    const cose = map([
      [int(1), int(2)],
      [int(3), int(-7)],
      [int(-1), int(1)],
      [int(-2), bytes(Buffer.from(String(jwk.x), 'base64url'))],
      [int(-3), bytes(Buffer.from(String(jwk.y), 'base64url'))],
    ]);
    const length = Buffer.of(0, credential.id.length);
    const attested = Buffer.concat([this.aaguid, length, credential.id, cose]);
    const authData = this.#authenticatorData(options.rp.id, credential, attested);
    const clientData = this.#clientData('webauthn.create', options.challenge, origin);
    const attestationObject = map([
      [text('fmt'), text(this.attestation === undefined ? 'none' : 'packed')],
      [text('attStmt'), this.#statement(authData, clientData, privateKey)],
      [text('authData'), bytes(authData)],
    ]);
    const id = credential.id.toString('base64url');
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  get(options: RequestOptions, origin: string, credential = this.credentials[0]): object {
    if (credential === undefined) throw new Error('the authenticator is empty');
    if (this.counting) credential.counter += 1;
    const clientData = this.#clientData('webauthn.get', options.challenge, origin);
    const authData = this.#authenticatorData(options.rpId, credential);
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    const id = credential.id.toString('base64url');
    return {
      id,
      rawId: id,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: sign('sha256', signed, credential.key).toString('base64url'),
        userHandle: credential.userHandle,
      },
    };
  }
}
