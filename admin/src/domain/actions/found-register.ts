import { fatal, isAppError } from '@xinlu/common/errors';
import { type Genesis, type Participant, parseGenesis } from '@xinlu/common/wire';
import { faultsOf, type RuleContext } from '../rules/index.ts';
import { type RegisterDeps, rulesNow } from './deps.ts';

function readGenesis(unverified: unknown): Genesis {
  try {
    return parseGenesis.parse(unverified) as Genesis;
  } catch (cause) {
    const faults = isAppError(cause) ? (cause.extra['faults'] as { path: string; message: string }[]) : [];
    throw genesisWrong(faults.map((fault) => `${fault.path || '/'} ${fault.message}`));
  }
}

function genesisWrong(faults: readonly string[]): Error {
  return fatal('genesis-wrong', `The genesis file has faults: ${faults.join('; ')}`);
}

function faultsOfGenesis(genesis: Genesis, context: Omit<RuleContext, 'others'>): string[] {
  const faults = genesis.participants.flatMap((participant: Participant, index) =>
    faultsOf(participant, {
      ...context,
      others: genesis.participants.filter((_, other) => other !== index),
    }).map((fault) => `/participants/${index} (${participant.id})${fault.path} ${fault.message}`),
  );
  const codes = genesis.operators.map((operator) => operator.enrolmentCodeSha256);
  if (new Set(codes).size < codes.length) faults.push('/operators two operators have one enrolment code');
  return faults;
}

/**
 * Makes version 1 of an empty register, with its first operators, who are known by the hash of their one-time code.
 * A register that has begun is left as it is. Resolves to true when it was founded now. `readFile` is asked only then.
 */
export async function foundRegister(deps: RegisterDeps, readFile: () => Promise<unknown>): Promise<boolean> {
  if ((await deps.store.latestVersion()) !== undefined) return false;
  const genesis = readGenesis(await readFile());
  const now = deps.clock.now();
  const faults = faultsOfGenesis(genesis, rulesNow(deps));
  if (faults.length > 0) throw genesisWrong(faults);
  return deps.store.change(async (tx) => {
    if ((await tx.latestVersion()) !== undefined) return false;
    for (const { name, enrolmentCodeSha256 } of genesis.operators) {
      await tx.insertOperator({
        id: deps.ids.uuid(),
        name,
        codeSha256: enrolmentCodeSha256,
        codeExpires: null,
        appointedAt: now,
        appointment: null,
      });
    }
    // After the operators: from the first version on, an operator needs a proposal.
    const version = await deps.makeVersion(genesis.participants, undefined, null);
    await tx.appendVersion(version, genesis.participants);
    await tx.appendAudit({
      at: now,
      operator: null,
      action: 'register-founded',
      subject: 'register',
      detail: {
        version: 1,
        hash: version.hash,
        participants: genesis.participants.length,
        operators: genesis.operators.length,
      },
    });
    return true;
  });
}
