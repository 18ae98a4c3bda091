import { PkiError } from '../error.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type Download = { octets: Uint8Array; etag: string | null } | 'unchanged';

/**
 * Gets a configured address; redirects are refused, since they would let the other side choose what we fetch.
 * @throws PkiError `source-unreachable`, `source-refused` (HTTP status), `source-too-large`
 */
export async function download(
  fetch: Fetch,
  url: string,
  options: { etag: string | null; maxBytes: number; signal: AbortSignal },
): Promise<Download> {
  let response: Response;
  try {
    const headers: Record<string, string> = { accept: 'application/pkix-crl, */*;q=0.1' };
    if (options.etag) headers['if-none-match'] = options.etag;
    response = await fetch(url, { headers, redirect: 'error', signal: options.signal });
  } catch (cause) {
    throw new PkiError('source-unreachable', 'The revocation source cannot be reached', cause);
  }
  if (response.status === 304 && options.etag) return 'unchanged';
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new PkiError(
      'source-refused',
      `The revocation source answered with HTTP status ${response.status}`,
    );
  }
  const announced = Number(response.headers.get('content-length') ?? 0);
  const octets = await readBody(response.body, announced, options.maxBytes);
  return { octets, etag: response.headers.get('etag') };
}

/** Reads into one buffer of the announced size where that is known, so that large lists are held only once. */
async function readBody(
  body: ReadableStream<Uint8Array>,
  announced: number,
  maxBytes: number,
): Promise<Uint8Array> {
  const tooLarge = () =>
    new PkiError('source-too-large', `The revocation source sent more than ${maxBytes} bytes`);
  if (announced > maxBytes) {
    await body.cancel();
    throw tooLarge();
  }
  let buffer = new Uint8Array(announced > 0 ? announced : 64 * 1024);
  let length = 0;
  try {
    for await (const chunk of body) {
      if (length + chunk.length > maxBytes) throw tooLarge();
      if (length + chunk.length > buffer.length) {
        const grown = new Uint8Array(Math.max(buffer.length * 2, length + chunk.length));
        grown.set(buffer.subarray(0, length));
        buffer = grown;
      }
      buffer.set(chunk, length);
      length += chunk.length;
    }
  } catch (cause) {
    if (cause instanceof PkiError) throw cause;
    throw new PkiError('source-unreachable', 'The revocation source broke off', cause);
  }
  return length === buffer.length ? buffer : buffer.slice(0, length);
}
