import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { CrlHead } from '../crl/crl-head.ts';
import { RevokedTable } from '../crl/revoked-table.ts';
import { PkiError } from '../error.ts';
import { IndexedCrl } from '../revocation/revocation-index.ts';
import { type IndexJob, type IndexResult, indexCrl } from './index-crl.ts';
import type { WorkerAnswer } from './index-worker.ts';

/** Below this size a thread costs more than the work. */
const INLINE_BYTES = 256 * 1024;

/** Sources run as TypeScript during development and as JavaScript in the package. */
const workerFile = new URL(
  `./index-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/**
 * Checks and indexes a CRL without holding up the event loop. `job.der` is moved to the thread when it fills its buffer,
 * and must not be used afterwards.
 * @throws PkiError as `indexCrl`, or `crl-index-failed` when the thread died
 */
export async function indexOffThread(job: IndexJob, signal?: AbortSignal): Promise<IndexedCrl> {
  if (job.der.length < INLINE_BYTES) return toIndexed(indexCrl(job));
  const { buffer } = job.der;
  const owned = buffer instanceof ArrayBuffer && buffer.byteLength === job.der.length;
  const worker = new Worker(workerFile, { workerData: job, transferList: owned ? [buffer] : [] });
  try {
    const options = signal ? { signal } : {};
    const [answer] = (await once(worker, 'message', options)) as [WorkerAnswer];
    if ('code' in answer) throw new PkiError(answer.code, answer.message);
    return toIndexed(answer.result);
  } catch (error) {
    if (error instanceof PkiError) throw error;
    throw new PkiError('crl-index-failed', 'The revocation list could not be indexed', error);
  } finally {
    await worker.terminate();
  }
}

function toIndexed({ head, table, signerKey }: IndexResult): IndexedCrl {
  return new IndexedCrl(new CrlHead(head), new RevokedTable(table), signerKey);
}
