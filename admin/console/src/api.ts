import type { Fault, SessionInfo } from './wire.ts';

/** A refusal of the API, with the problem document's stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];
  constructor(status: number, code: string, detail: string, faults: readonly Fault[]) {
    super(detail);
    this.status = status;
    this.code = code;
    this.faults = faults;
  }
}

let csrfToken = '';

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...init.headers },
    });
  } catch {
    throw new ApiError(0, 'offline', 'The register does not answer.', []);
  }
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return body as T;
  throw new ApiError(
    response.status,
    String(body['code'] ?? 'internal'),
    String(body['detail'] ?? response.statusText),
    (body['faults'] as Fault[] | undefined) ?? [],
  );
}

export function get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return call<T>(text === '' ? path : `${path}?${text}`);
}

export function post<T>(path: string, body: object = {}): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': csrfToken },
    body: JSON.stringify(body),
  });
}

/** Who is here; also renews the token that each POST carries. */
export async function readSession(): Promise<SessionInfo> {
  const session = await get<SessionInfo>('/api/session');
  csrfToken = session.csrfToken;
  return session;
}
