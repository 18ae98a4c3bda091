import { sameBytes } from '../asn1/values.ts';
import type { SubjectPublicKey } from '../certificate/public-key.ts';
import type { SignatureVerdict } from '../certificate/signature.ts';
import type { CrlHead } from '../crl/crl-head.ts';
import type { RevokedTable } from '../crl/revoked-table.ts';
import type { AvailableCrl } from './context.ts';

/** A CRL whose signature was verified, when it was loaded, with the key whose SubjectPublicKeyInfo is given. */
export class IndexedCrl implements AvailableCrl {
  readonly kind = 'index';
  readonly head: CrlHead;
  readonly revoked: RevokedTable;
  readonly signerKey: Uint8Array;

  constructor(head: CrlHead, revoked: RevokedTable, signerKey: Uint8Array) {
    this.head = head;
    this.revoked = revoked;
    this.signerKey = signerKey;
  }

  /** What remains is whether it was this key. */
  verdict(key: SubjectPublicKey): SignatureVerdict {
    return sameBytes(key.der, this.signerKey) ? 'valid' : 'invalid';
  }
}

/** The CRLs that a service keeps loaded. Immutable: a refresh makes a new index, which is swapped in whole. */
export class RevocationIndex {
  readonly #byIssuer: ReadonlyMap<string, readonly IndexedCrl[]>;

  constructor(crls: Iterable<IndexedCrl>) {
    const byIssuer = new Map<string, IndexedCrl[]>();
    for (const crl of crls) {
      const list = byIssuer.get(crl.head.issuer.key);
      if (list) list.push(crl);
      else byIssuer.set(crl.head.issuer.key, [crl]);
    }
    this.#byIssuer = byIssuer;
  }

  /** CRLs by the key of their issuer's name. */
  ofIssuer(nameKey: string): readonly IndexedCrl[] {
    return this.#byIssuer.get(nameKey) ?? [];
  }

  *all(): Generator<IndexedCrl> {
    for (const list of this.#byIssuer.values()) yield* list;
  }

  /** Octets held in memory by the tables. */
  get heldBytes(): number {
    let bytes = 0;
    for (const crl of this.all()) bytes += crl.revoked.heldBytes;
    return bytes;
  }
}
