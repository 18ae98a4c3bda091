/**
 * The text that a card signs to log in: it names the purpose, our origin and the challenge, so that a signature made for
 * one place or purpose means nothing at another.
 */
export function signedText(origin: string, challenge: string): string {
  return `Xinlu card login, version 1\norigin: ${origin}\nchallenge: ${challenge}\n`;
}
