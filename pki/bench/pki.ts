import { measureBigCrl } from './sides/big-crl.ts';
import { measureLeaf } from './sides/leaf.ts';

type Emit = (line: Record<string, unknown>) => void;

/** Benchmarks of this room: each line has a ratio and both sides of it, measured in turns in one run. */
export const benches = [
  {
    name: 'pki',
    summary: 'leaf certificates against Node and OpenSSL; a CRL of a million entries against OpenSSL',
    async run(emit: Emit): Promise<void> {
      measureLeaf('rsa', emit);
      measureLeaf('p256', emit);
      await measureBigCrl(emit);
    },
  },
];
