import type { RegisterView } from '@xinlu/common/register';
import { formatVerifierKey, type NoteKey } from '@xinlu/verifier';

/** The trust list for verifiers, as text: the register's keys, its newest snapshot, the log and its anchor contract. */
export function composeTrustList(parts: {
  readonly registerKeys: readonly object[];
  readonly view: RegisterView;
  readonly origin: string;
  readonly logKey: NoteKey;
  /** Participant id of the ledger, whose keys sign anchor statements. */
  readonly participant: string;
  readonly witnesses: { readonly quorum: number; readonly keys: readonly NoteKey[] } | undefined;
  readonly anchor: { readonly chainId: number; readonly contract: string } | undefined;
}): string {
  const { registerKeys, view, origin, logKey, participant, witnesses, anchor } = parts;
  return `${JSON.stringify(
    {
      format: 'xinlu-trust/1',
      register: { keys: registerKeys },
      snapshot: view.snapshotJws,
      log: {
        origin,
        vkey: formatVerifierKey(logKey),
        participant,
        ...(witnesses && {
          witnesses: { quorum: witnesses.quorum, keys: witnesses.keys.map(formatVerifierKey) },
        }),
      },
      ...(anchor && { anchor: { chainId: anchor.chainId, contract: anchor.contract } }),
    },
    null,
    2,
  )}\n`;
}
