import { createHash, randomInt } from 'node:crypto';
import type { Genesis } from '@xinlu/common/wire';
import { citizenById } from '../country/citizens.ts';
import { type CountryFiles, keepJson } from '../country/files.ts';

/** An operator's one-time code, kept by the demo so that the portal can show it. A real code goes by sealed letter. */
export type OperatorRecord = { citizen: string; name: string; enrolmentCode: string };

const OPERATORS = ['wang-shufen', 'li-jianhong'];

/** Letters and digits that nobody confuses: no 0 O 1 I L. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

/** Four groups of five: 98 bits, random per installation. */
const newCode = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 5 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-');

export const appointOperators = (files: CountryFiles): OperatorRecord[] =>
  keepJson(files.operators, () =>
    OPERATORS.map((citizen) => ({
      citizen,
      name: citizenById(citizen)?.name ?? citizen,
      enrolmentCode: newCode(),
    })),
  );

export const genesisOperators = (operators: OperatorRecord[]): Genesis['operators'] =>
  operators.map(({ name, enrolmentCode }) => ({
    name,
    enrolmentCodeSha256: createHash('sha256').update(enrolmentCode, 'utf8').digest('hex'),
  }));
