/**
 * A refusal or fault that callers may act on. `code` is stable and public, `message` says it in words without
 * quoting personal data, and `cause` (private) holds what a developer needs.
 */
export class PkiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'PkiError';
    this.code = code;
  }
}
