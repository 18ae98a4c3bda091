import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Once the process has ended, however it did. */
export const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

/** A process of these tests: it is sent its order and says when it is ready. */
export async function forkReady(
  file: string,
  order: object,
  options: { cwd?: string; execArgv?: string[] } = {},
): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...options,
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${file} ended at its start with ${code}`)));
  });
  child.send(order);
  await ready;
  return child;
}

/** In such a process: does what it is ordered, and ends with its parent. */
export function runOrdered<Order>(serve: (order: Order) => Promise<void>): void {
  process.once('message', (order) => {
    serve(order as Order).then(
      () => process.send?.('ready'),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
}
