import { certificateInspectCommand } from './certificate-inspect.ts';
import { certificateVerifyCommand } from './certificate-verify.ts';
import { crlInspectCommand } from './crl-inspect.ts';

/** One command of the command line: its words, what it does, and what to run. */
export type Command = {
  name: string[];
  summary: string;
  help: string;
  /** @returns the exit code */
  run(args: string[]): Promise<number>;
};

/** The commands of this room, for `xinlu` to register. */
export const commands: readonly Command[] = [
  certificateVerifyCommand,
  certificateInspectCommand,
  crlInspectCommand,
];
