/** Together the kept texts may have this many characters: a few lists of a million entries. */
const MAX_CHARACTERS = 256 * 1024 * 1024;

/**
 * What was parsed from a text, so that authorities and lists that stand in every line of a batch are parsed, and their
 * signatures verified, once. The longest unused goes first.
 */
export class ParsedCache<T> {
  readonly #parse: (text: string) => T;
  readonly #kept = new Map<string, T>();
  #characters = 0;

  constructor(parse: (text: string) => T) {
    this.#parse = parse;
  }

  get(text: string): T {
    const known = this.#kept.get(text);
    const parsed = known ?? this.#parse(text);
    if (known !== undefined) this.#kept.delete(text);
    else this.#characters += text.length;
    this.#kept.set(text, parsed);
    this.#evict();
    return parsed;
  }

  #evict(): void {
    for (const text of this.#kept.keys()) {
      if (this.#characters <= MAX_CHARACTERS) return;
      this.#kept.delete(text);
      this.#characters -= text.length;
    }
  }
}
