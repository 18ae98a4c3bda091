import { fatal, retryable } from '@xinlu/common/errors';
import { AwsClient } from 'aws4fetch';
import type { Tiles } from '../domain/tiles.ts';

const requestMilliseconds = 10_000;

export type S3Settings = {
  /** Address of the bucket, path style, with an optional prefix below it: `https://s3.example/bucket/prefix`. */
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

/**
 * Tiles as objects behind the S3 API. An object store answers a PUT once it is durable and shows an object whole or
 * not at all, as the port asks. `If-None-Match: *` (S3, "Conditional writes") lets no second writer replace a tile;
 * a store that does not know it is still asked before each write.
 */
export function tilesInS3({ url, region, accessKeyId, secretAccessKey }: S3Settings): Tiles {
  const client = new AwsClient({ service: 's3', region, accessKeyId, secretAccessKey, retries: 2 });

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(requestMilliseconds);
      return await client.fetch(`${url}/${path}`, { ...init, signal, redirect: 'error' });
    } catch (cause) {
      throw retryable('tiles-away', 'The store of the tiles does not answer.', { cause });
    }
  }

  async function read(path: string): Promise<Uint8Array | undefined> {
    const answer = await ask(path);
    if (answer.ok) return Buffer.from(await answer.arrayBuffer());
    const body = await answer.text();
    // A bucket that is gone answers 404 as well: that is an outage, never an empty log.
    if (answer.status === 404 && !body.includes('NoSuchBucket')) return undefined;
    throw refusedBy(answer);
  }

  async function isStanding(path: string, content: Uint8Array): Promise<boolean> {
    const standing = await read(path);
    if (standing && Buffer.compare(standing, content) !== 0) {
      throw fatal('tile-conflict', `The file ${path} stands with other content.`);
    }
    return standing !== undefined;
  }

  return {
    read,
    async write(path, content) {
      const immutable = path !== 'checkpoint';
      if (immutable && (await isStanding(path, content))) return;
      const answer = await ask(path, {
        method: 'PUT',
        body: Buffer.from(content),
        headers: {
          'content-type': 'application/octet-stream',
          ...(immutable && { 'if-none-match': '*' }),
        },
      });
      await answer.arrayBuffer();
      if (answer.ok) return;
      const outrun = immutable && (answer.status === 412 || answer.status === 409);
      if (!outrun || !(await isStanding(path, content))) throw refusedBy(answer);
    },
  };
}

function refusedBy({ status }: Response) {
  return retryable('tiles-away', `The store of the tiles answered ${status}.`);
}
