import { fatal } from '@xinlu/common/errors';
import { parseCheckpoint, parseNote, verifyNote } from '@xinlu/verifier';
import type { LogSigner } from './log-signer.ts';
import type { SequencerSession } from './log-store.ts';
import type { Tiles } from './tiles.ts';
import { treeRoot } from './tree.ts';

type Published = { readonly tiles: Tiles; readonly signer: LogSigner };

/**
 * Size of the checkpoint that the public files show; undefined if they show none.
 *
 * A database that came back from a backup may know less than, or something else than, what the log once said. Every
 * checkpoint is public only after the database holds its tree, so no crash can look like that.
 *
 * @throws fatal `log-went-back` unless the tree of this session continues the published one
 */
export async function continuedSize(
  { tiles, signer }: Published,
  session: SequencerSession,
): Promise<number | undefined> {
  const content = await tiles.read('checkpoint');
  if (!content) return undefined;
  const note = parseNote(Buffer.from(content).toString());
  const checkpoint = note && verifyNote(note, signer.key) ? parseCheckpoint(note.text) : undefined;
  if (checkpoint?.origin !== signer.origin) throw wentBack('The published checkpoint is not of this log.');
  const { size, root } = checkpoint;
  if (size > session.size) {
    throw wentBack(`The log has published ${size} entries; its database holds ${session.size}.`);
  }
  if (Buffer.compare(root, await rootAt(session, size)) !== 0) {
    throw wentBack(`The database holds another tree of ${size} entries than the published one.`);
  }
  return size;
}

async function rootAt(session: SequencerSession, size: number): Promise<Uint8Array> {
  const stored = await session.checkpointAt(size);
  return stored ? stored.root : treeRoot(session.readTile, size);
}

function wentBack(message: string) {
  return fatal('log-went-back', message);
}
