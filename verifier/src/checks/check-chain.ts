import { parseJws } from '../document/jws.ts';
import { equalBytes, sha256, utf8 } from '../encoding/bytes.ts';
import { check, type Step, type Subject } from './check.ts';
import { claimedCheckpoint } from './check-log.ts';

/** A live look, only when asked for: does the contract hold this checkpoint, in a final block? */
export const checkChain: Step = async (subject) => {
  if (!subject.chain) return undefined;
  try {
    return await lookAt(subject, subject.chain);
  } catch {
    return check('chain', 'unknown', 'chain.unreachable');
  }
};

async function lookAt({ file, trust }: Subject, chain: NonNullable<Subject['chain']>) {
  const checkpoint = claimedCheckpoint(file);
  if (!trust?.anchor || !checkpoint) return check('chain', 'unknown', 'chain.nothing');
  const { chainId, contract } = trust.anchor;
  if ((await chain.chainId()) !== chainId) return check('chain', 'unknown', 'chain.wrong-network');
  const logId = await chain.logId(contract);
  if (!logId || !equalBytes(logId, sha256(utf8(trust.log.origin)))) {
    return check('chain', 'unknown', 'chain.wrong-network');
  }
  const anchored = await chain.anchored(contract, checkpoint.size, claimedBlock(file.anchor));
  if (anchored.length === 0) return check('chain', file.anchor ? 'fail' : 'unknown', 'chain.absent');
  const here = anchored.find(({ root }) => equalBytes(root, checkpoint.root));
  if (!here || anchored.length > 1) return check('chain', 'fail', 'chain.conflict');
  if (here.blockNumber > (await chain.finalBlock())) return check('chain', 'unknown', 'chain.not-final');
  return check('chain', 'pass', 'chain.final');
}

/** The block that the file names; a hint and no more, for the chain is asked. */
function claimedBlock(anchor: string | undefined): number | undefined {
  const block = parseJws(anchor)?.payload['block_number'];
  return Number.isSafeInteger(block) && Number(block) >= 0 ? Number(block) : undefined;
}
