import type { MandateKind } from '@xinlu/common/wire';

/** What she chose at an authorization request: for herself, or by a mandate in some actions. Handed to the protocol. */
export type ActingResult = {
  actorId: string;
  mandate?: { id: string; kind: MandateKind; actions: readonly string[]; until?: string };
};
