import { anchoredTopic, sizeTopic } from '../chain/anchored-event.ts';
import { readBlockProof } from '../chain/block-proof.ts';
import { parseJws } from '../document/jws.ts';
import { fromBase64url, hex } from '../encoding/bytes.ts';
import { check, type Step } from './check.ts';
import { claimedCheckpoint } from './check-log.ts';

/**
 * Where the anchor statement carries its block: the block's own receipts hold the contract's event about this
 * checkpoint. That block is on the chain by the statement's word, unless the trust list itself names it; anybody can look
 * its hash up. Whether the operator signed the statement is `checkAnchor`'s matter.
 */
export const checkBlock: Step = ({ file, trust }) => {
  const statement = parseJws(file.anchor)?.payload;
  if (statement?.['block'] === undefined || !trust?.anchor) return undefined;
  const { contract, finalBlocks = [] } = trust.anchor;
  const block = readBlockProof(fromBase64url(statement['block']));
  const checkpoint = claimedCheckpoint(file);
  const isStated = block?.hash === statement['block_hash'] && block?.number === statement['block_number'];
  if (!block || !checkpoint || !isStated) return check('block', 'fail', 'block.not-proven');
  const topics = [anchoredTopic, sizeTopic(checkpoint.size), `0x${hex(checkpoint.root)}`].join();
  const tells = block.events.some(
    (event) => event.contract === contract.toLowerCase() && event.topics.join() === topics,
  );
  if (!tells) return check('block', 'fail', 'block.not-proven');
  const isNamed = finalBlocks.some((hash) => hash.toLowerCase() === block.hash);
  const values = { block: String(block.number), hash: block.hash };
  return check('block', 'pass', isNamed ? 'block.named' : 'block.proven', values);
};
