import { refused } from '@xinlu/common/errors';
import type { AppInstance } from '@xinlu/common/http';
import { Type } from 'typebox';
import type { Cosignatures } from '../domain/cosignatures.ts';
import type { LogStore, StoredCheckpoint } from '../domain/log-store.ts';
import { isTilePath, type Tiles } from '../domain/tiles.ts';
import { consistencyPath, inclusionPath } from '../domain/tree.ts';

const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Proof = Type.Object({ checkpoint: Type.String(), proof: Type.Array(Type.String()) });
const immutable = 'public, max-age=31536000, immutable';

/** The public log: checkpoint and tiles (C2SP tlog-tiles), and proofs for those who do not compute them. */
export function registerLog(
  app: AppInstance,
  { store, tiles, cosignatures }: { store: LogStore; tiles: Tiles; cosignatures: Cosignatures },
): void {
  app.get(
    '/log/checkpoint',
    { schema: { summary: 'The newest checkpoint, a signed note, with the cosignatures that it has so far' } },
    async (_, reply) => {
      const checkpoint = await store.published();
      if (!checkpoint) throw refused('not-yet', 'The log has no checkpoint yet.', { status: 404 });
      return reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('access-control-allow-origin', '*')
        .send([checkpoint.note, ...(await cosignatures.linesFor(checkpoint.size))].join(''));
    },
  );

  app.get(
    '/log/checkpoint/witnessed',
    { schema: { summary: 'The newest checkpoint that enough witnesses cosigned, with their cosignatures' } },
    async (_, reply) => {
      const size = await cosignatures.newest();
      const checkpoint = size === undefined ? undefined : await store.checkpointAt(size);
      if (!checkpoint) throw refused('not-yet', 'No checkpoint has its witnesses yet.', { status: 404 });
      return reply
        .type('text/plain; charset=utf-8')
        .header('cache-control', 'no-cache')
        .header('access-control-allow-origin', '*')
        .send([checkpoint.note, ...(await cosignatures.linesFor(checkpoint.size))].join(''));
    },
  );

  app.get<{ Params: { '*': string } }>(
    '/log/tile/*',
    { schema: { summary: 'A tile of hashes or a bundle of entries' } },
    async (request, reply) => {
      const path = `tile/${request.params['*']}`;
      const content = isTilePath(path) ? await tiles.read(path) : undefined;
      if (!content) throw refused('tile-unknown', 'There is no such tile.', { status: 404 });
      return reply
        .type('application/octet-stream')
        .header('cache-control', immutable)
        .header('access-control-allow-origin', '*')
        .send(content);
    },
  );

  async function checkpointOf(size: number) {
    const checkpoint = await store.checkpointAt(size);
    if (!checkpoint)
      throw refused('size-unknown', 'The log has no checkpoint of this size.', { status: 404 });
    return checkpoint;
  }
  /**
   * The answer as text, all of it ASCII: with the dash of a signed note in it Node takes six times as long to encode an
   * answer, 12 of some 100 microseconds. Base64 needs no escapes.
   */
  const proofText = (checkpoint: StoredCheckpoint, path: Uint8Array[]) =>
    `{"checkpoint":${asciiJson(checkpoint)},"proof":[${path.map((hash) => `"${base64(hash)}"`).join(',')}]}`;
  const json = 'application/json; charset=utf-8';

  app.get(
    '/log/proof',
    {
      schema: {
        summary: 'Inclusion proof of a leaf in the tree of a checkpoint',
        querystring: Type.Object({ index: Size, size: Size }),
        response: { 200: Proof },
      },
    },
    async (request, reply) => {
      const { index, size } = request.query;
      const checkpoint = await checkpointOf(size);
      if (index >= size)
        throw refused('leaf-unknown', 'There is no such leaf in this tree.', { status: 404 });
      const path = await inclusionPath(store.readTile, index, size);
      return reply.type(json).send(proofText(checkpoint, path) as never);
    },
  );

  app.get(
    '/log/consistency',
    {
      schema: {
        summary: 'Consistency proof between the trees of two checkpoints',
        querystring: Type.Object({ from: Size, to: Size }),
        response: { 200: Proof },
      },
    },
    async (request, reply) => {
      const { from, to } = request.query;
      const checkpoint = await checkpointOf(to);
      await checkpointOf(from);
      if (from === 0 || from > to) throw refused('sizes-wrong', 'Give two sizes, the smaller first, not 0.');
      const path = await consistencyPath(store.readTile, from, to);
      return reply.type(json).send(proofText(checkpoint, path) as never);
    },
  );
}

const notes = new WeakMap<StoredCheckpoint, string>();

function asciiJson(checkpoint: StoredCheckpoint): string {
  const known =
    notes.get(checkpoint) ??
    JSON.stringify(checkpoint.note).replaceAll(
      /[^\x20-\x7e]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  notes.set(checkpoint, known);
  return known;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
