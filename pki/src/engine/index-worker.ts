import { parentPort, workerData } from 'node:worker_threads';
import { PkiError } from '../error.ts';
import { type IndexJob, indexCrl } from './index-crl.ts';

/** Runs one job in its own thread: the octets of the CRL go when the thread ends, the tables move over without a copy. */
export type WorkerAnswer = { result: ReturnType<typeof indexCrl> } | { code: string; message: string };

function run(job: IndexJob): void {
  try {
    const result = indexCrl(job);
    const { starts, serials, reasons, dates, issuerIndexes } = result.table;
    const arrays = [starts, serials, reasons, dates, ...(issuerIndexes ? [issuerIndexes] : [])];
    const answer: WorkerAnswer = { result };
    parentPort?.postMessage(
      answer,
      arrays.map((array) => array.buffer as ArrayBuffer),
    );
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    const answer: WorkerAnswer = { code: error.code, message: error.message };
    parentPort?.postMessage(answer);
  }
}

run(workerData as IndexJob);
