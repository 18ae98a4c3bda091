/**
 * The three ways a request can fail, told apart by name: `refused` (the caller is wrong and must change something),
 * `retryable` (nobody is wrong, later may work) and `fatal` (we are wrong).
 */
export type ErrorKind = 'refused' | 'retryable' | 'fatal';

type Details = { status?: number; cause?: unknown; extra?: Readonly<Record<string, unknown>> };

/**
 * An error that may cross the edge. `code` is stable and machine readable, `publicMessage` may be shown to whoever
 * asked, `cause` stays inside (logs only). Translated once to RFC 9457 problem details by the HTTP base.
 */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly kind: ErrorKind;
  readonly publicMessage: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, code: string, publicMessage: string, status: number, details: Details = {}) {
    super(`${code}: ${publicMessage}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.status = status;
    this.publicMessage = publicMessage;
    this.extra = details.extra ?? {};
  }
}

/** The caller must change something. `status` is a 4xx, 400 unless told. */
export function refused(code: string, publicMessage: string, details: Details = {}): AppError {
  return new AppError('refused', code, publicMessage, details.status ?? 400, details);
}

/** Later may work: a dependency is away or busy. `status` 503 unless told. */
export function retryable(code: string, publicMessage: string, details: Details = {}): AppError {
  return new AppError('retryable', code, publicMessage, details.status ?? 503, details);
}

/** We are wrong. `status` 500; the public message never says why. */
export function fatal(code: string, publicMessage: string, details: Details = {}): AppError {
  return new AppError('fatal', code, publicMessage, details.status ?? 500, details);
}

export function isAppError(error: unknown): error is AppError {
  return error instanceof AppError;
}
