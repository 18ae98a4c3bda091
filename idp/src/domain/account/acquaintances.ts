/** An organisation that knows a person: by a pairwise subject, and by her name since it first asked for that. */
export type Acquaintance = { clientId: string; since: Date; lastAt: Date; nameSince?: Date };

/** Which organisations know whom; written with each sign-in (`LoginStore.used`). */
export interface Acquaintances {
  /** The last visited first. */
  ofPerson(personId: string): Promise<Acquaintance[]>;
}
