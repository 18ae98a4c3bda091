import { PkiError } from '../error.ts';

/** Runs `inspect` on the one file named; faults become one line and exit code 1. */
export async function runInspection(
  args: string[],
  help: string,
  inspect: (file: string) => Promise<string>,
): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(help);
    return 0;
  }
  const [file, ...more] = args;
  if (file === undefined || more.length > 0) {
    process.stderr.write(help);
    return 1;
  }
  try {
    process.stdout.write(await inspect(file));
    return 0;
  } catch (error) {
    const isFileFault = error instanceof Error && 'syscall' in error;
    if (!(error instanceof PkiError) && !isFileFault) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
