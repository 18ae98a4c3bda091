import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Server = { run(): Promise<{ port: number }>; close(): Promise<void> };
type ServerClass = new (options: Record<string, unknown>) => Server;

/** The key pair that the server knows. */
export const s3Key = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** An S3-compatible server on a free port, with one bucket. It knows one key id and does not verify version 4 signatures. */
export async function startS3(): Promise<{ url: string; bucket: string; close(): Promise<void> }> {
  const S3rver = createRequire(import.meta.url)('s3rver') as ServerClass;
  const directory = await mkdtemp(join(tmpdir(), 'xinlu-s3-'));
  const bucket = 'xinlu-tiles';
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket, configs: [] }],
  });
  const { port } = await server.run();
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    bucket: `${url}/${bucket}`,
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
