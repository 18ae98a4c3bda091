import type { RegisterView } from '@xinlu/common/register';
import type { Participant } from '@xinlu/common/wire';

/** The sectors in which a participant learns subjects: of the party, else the hosts of the resources that it serves. */
function sectorsOf({ relyingParty, resources }: Participant): string[] {
  const sectors = relyingParty
    ? [relyingParty.sector]
    : (resources ?? []).map(({ identifier }) => new URL(identifier).host);
  return sectors.map((sector) => sector.toLowerCase());
}

const since = ({ validFrom }: Participant) => Date.parse(validFrom);

/**
 * Whether a participant stands in a sector that another held before it. The register's rules let none in (`sector-taken`);
 * should a version come with one nevertheless, it is no client: it would learn the other's subjects and could match its
 * citizens. Of two from the same moment neither is believed.
 */
export function createSectorGuard(register: () => RegisterView): (clientId: string) => boolean {
  // A participant's entry is one object as long as a version of the register stands.
  const judged = new WeakMap<Participant, boolean>();
  return (clientId) => {
    const view = register();
    const participant = view.activeParticipant(clientId);
    if (participant === undefined) return false;
    const known = judged.get(participant);
    if (known !== undefined) return known;
    const own = new Set(sectorsOf(participant));
    const taken = view.participants.some(
      (other) =>
        other.id !== clientId &&
        since(other) <= since(participant) &&
        view.activeParticipant(other.id) !== undefined &&
        sectorsOf(other).some((sector) => own.has(sector)),
    );
    judged.set(participant, taken);
    return taken;
  };
}
