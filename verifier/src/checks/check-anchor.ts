import { isSignedBy, type JsonObject, parseJws } from '../document/jws.ts';
import { base64url } from '../encoding/bytes.ts';
import { check, type Step, type Subject } from './check.ts';
import { inForce } from './check-key.ts';
import { claimedCheckpoint } from './check-log.ts';
import { toTime } from './check-time.ts';

/** The type of the ledger's signed statement about one anchored checkpoint. */
export const anchorStatementType = 'xinlu-anchor+jwt';

/** What the ledger states about an anchor; see docs/api/xinlu-file.md. */
export type AnchorStatement = {
  readonly iss: string;
  readonly iat: number;
  readonly log: string;
  readonly size: number;
  /** base64url */
  readonly root: string;
  readonly chain_id: number;
  readonly contract: string;
  readonly transaction: string;
  readonly block_number: number;
  readonly block_hash: string;
  readonly state: 'included' | 'safe' | 'final';
  /** What proves that the block holds the anchor, base64url; see `readBlockProof`. */
  readonly block?: string;
};

/**
 * The checkpoint is anchored, by the signed statement of the log's operator. Offline this is its word;
 * a live look (`checkChain`) needs nobody's.
 */
export const checkAnchor: Step = async (subject) => {
  const { file, trust } = subject;
  // A live look says more than any statement, so a missing statement is no gap then.
  if (!file.anchor) return subject.chain ? undefined : check('anchor', 'unknown', 'anchor.missing');
  if (!trust) return check('anchor', 'unknown', 'anchor.no-trust');
  const statement = await verifiedStatement(subject, file.anchor);
  if (statement === 'key-out-of-force') return check('anchor', 'unknown', 'anchor.key-out-of-force');
  if (!statement) return check('anchor', 'fail', 'anchor.forged');
  if (statement['chain_id'] !== trust.anchor?.chainId) {
    return check('anchor', 'fail', 'anchor.wrong-network', {
      chain: String(statement['chain_id']),
      trusted: String(trust.anchor?.chainId ?? '–'),
    });
  }
  if (!isAboutThisCheckpoint(subject, statement)) return check('anchor', 'fail', 'anchor.mismatch');
  const { state, chain_id: chain, block_number: block } = statement;
  if (state === 'final')
    return check('anchor', 'pass', 'anchor.final', { chain: String(chain), block: String(block) });
  return check('anchor', subject.chain ? 'pass' : 'unknown', 'anchor.not-final', { state: String(state) });
};

async function verifiedStatement(
  { trust }: Subject,
  compact: string,
): Promise<JsonObject | 'key-out-of-force' | undefined> {
  const jws = parseJws(compact);
  const { kid } = jws?.header ?? {};
  const owner = typeof kid === 'string' ? trust?.key(kid) : undefined;
  if (!jws || !owner || owner.participant.id !== trust?.log.participant) return undefined;
  // Only who is registered to run the ledger may speak of its anchors.
  if (!owner.participant.roles.includes('operator')) return undefined;
  if (jws.payload['iss'] !== owner.participant.id) return undefined;
  if (!(await isSignedBy(jws, owner.jwk, [anchorStatementType]))) return undefined;
  // A statement stands in no log, so nothing proves that it is older than the revocation of its key.
  const stated = toTime(jws.payload['iat']);
  const counts = stated !== undefined && !owner.revoked && inForce(owner, stated) === 'yes';
  return counts ? jws.payload : 'key-out-of-force';
}

function isAboutThisCheckpoint({ file, trust }: Subject, statement: JsonObject): boolean {
  const checkpoint = claimedCheckpoint(file);
  const { log, size, root, contract } = statement;
  return (
    checkpoint !== undefined &&
    log === checkpoint.origin &&
    size === checkpoint.size &&
    root === base64url(checkpoint.root) &&
    typeof contract === 'string' &&
    contract.toLowerCase() === trust?.anchor?.contract.toLowerCase()
  );
}
