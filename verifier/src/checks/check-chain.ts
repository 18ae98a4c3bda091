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
  const latest = await chain.rootOf(contract, checkpoint.size, 'latest');
  if (latest.every((byte) => byte === 0)) {
    return check('chain', file.anchor ? 'fail' : 'unknown', 'chain.absent');
  }
  if (!equalBytes(latest, checkpoint.root)) return check('chain', 'fail', 'chain.conflict');
  const final = await chain.rootOf(contract, checkpoint.size, 'finalized');
  if (!equalBytes(final, checkpoint.root)) return check('chain', 'unknown', 'chain.not-final');
  return check('chain', 'pass', 'chain.final');
}
