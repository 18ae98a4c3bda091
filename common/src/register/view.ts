import type { Clock } from '../clock/index.ts';
import type { Participant, PublicKey, RegisterSnapshot, Role } from '../wire/register.ts';

/** One verified version of the participant register, indexed for look-ups. */
export type RegisterView = {
  readonly version: number;
  /** The signed snapshot as it came, compact JWS. */
  readonly snapshotJws: string;
  readonly participants: readonly Participant[];
  participant(id: string): Participant | undefined;
  /** The participant, if now lies within its `validFrom` and `validUntil`. */
  activeParticipant(id: string): Participant | undefined;
  /** Active participants that hold the role. */
  byRole(role: Role): Participant[];
  /** A signing key by its id; encryption keys verify nothing. */
  key(kid: string): { participant: Participant; jwk: PublicKey } | undefined;
  /** The newest encryption key of a participant. */
  encryptionKey(id: string): PublicKey | undefined;
  signingKeys(id: string): PublicKey[];
};

/** Indexes a snapshot whose signature has been verified. */
export function registerView(verified: RegisterSnapshot, snapshotJws: string, clock: Clock): RegisterView {
  const byId = new Map(verified.participants.map((participant) => [participant.id, participant]));
  const byKid = new Map(
    verified.participants.flatMap((participant) =>
      participant.keys
        .filter((jwk) => jwk.use === 'sig')
        .map((jwk) => [jwk.kid, { participant, jwk }] as const),
    ),
  );
  const lives = new Map(
    verified.participants.map((participant) => [
      participant,
      {
        from: Date.parse(participant.validFrom),
        until: participant.validUntil === undefined ? Infinity : Date.parse(participant.validUntil),
      },
    ]),
  );
  const active = (participant: Participant) => {
    const now = clock.now().getTime();
    const life = lives.get(participant);
    return life !== undefined && life.from <= now && now < life.until;
  };
  return {
    version: verified.version,
    snapshotJws,
    participants: verified.participants,
    participant: (id) => byId.get(id),
    activeParticipant(id) {
      const participant = byId.get(id);
      return participant !== undefined && active(participant) ? participant : undefined;
    },
    byRole: (role) =>
      verified.participants.filter((participant) => participant.roles.includes(role) && active(participant)),
    key: (kid) => byKid.get(kid),
    encryptionKey: (id) => byId.get(id)?.keys.findLast((key) => key.use === 'enc'),
    signingKeys: (id) => byId.get(id)?.keys.filter((key) => key.use === 'sig') ?? [],
  };
}
