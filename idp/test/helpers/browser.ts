import type { CreationOptions, RequestOptions, SoftAuthenticator } from './authenticator.ts';
import type { Card } from './cards.ts';

type Cookie = { value: string; path: string };
/** Any of the answers that the scripts get; each has some of these. */
export type Json = { next: string; code: string; challenge: string; text: string } & CreationOptions &
  RequestOptions;
export type Answer = { status: number; json: Json };
export type PageData = { place: string; csrfToken: string };

/** A browser as far as the server can tell: cookies by path, redirects one at a time, the scripts' calls. */
export class Browser {
  readonly origin: string;
  readonly cookies = new Map<string, Cookie>();

  /** Where each request comes from, as the proxy in front says; from here unless told. */
  readonly #from: () => string | undefined;

  constructor(origin: string, from: () => string | undefined = () => undefined) {
    this.origin = origin;
    this.#from = from;
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, this.origin);
    const cookie = [...this.cookies]
      .filter(
        ([, { path: scope }]) =>
          scope === '/' || url.pathname === scope || url.pathname.startsWith(`${scope}/`),
      )
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
    const from = this.#from();
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: {
        ...(from === undefined ? {} : { 'x-forwarded-for': from }),
        accept: 'text/html',
        'user-agent': 'Chrome/140 Windows',
        ...(init.headers as object),
        ...(cookie === '' ? {} : { cookie }),
      },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    const scope =
      attributes.find((attribute) => attribute.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    const gone = attributes.some(
      (attribute) => /^expires=thu, 01 jan 1970/i.test(attribute) || /^max-age=0$/i.test(attribute),
    );
    if (gone) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), { value: pair.slice(at + 1), path: scope });
  }

  /** Follows redirects until a page of this origin or an address elsewhere. */
  async follow(path: string): Promise<{ page?: string; url: string; status?: number; headers?: Headers }> {
    let next = new URL(path, this.origin).href;
    for (let step = 0; step < 12; step += 1) {
      if (!next.startsWith(`${this.origin}/`)) return { url: next };
      const response = await this.request(next);
      const location = response.headers.get('location');
      if (location === null)
        return { page: await response.text(), url: next, status: response.status, headers: response.headers };
      next = new URL(location, next).href;
    }
    throw new Error('redirected in circles');
  }

  async post(path: string, csrfToken: string, body: unknown = {}): Promise<Answer> {
    const response = await this.request(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'x-csrf-token': csrfToken,
        origin: this.origin,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, json: (await response.json().catch(() => ({}))) as Json };
  }

  async form(path: string, fields: Record<string, string>): Promise<Response> {
    return this.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: this.origin },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** Without a national ID, as with an organisation's card. */
  async cardAnswer(data: PageData, card: Card, nationalId?: string, changes: Record<string, unknown> = {}) {
    const { json } = await this.post(`${data.place}/card/challenge`, data.csrfToken);
    return {
      challenge: json.challenge,
      national_id: nationalId,
      signature_type: 'PKCS1',
      signature: card.sign(json.text).toString('base64'),
      certificate: card.der.toString('base64'),
      ...changes,
    };
  }

  async useCard(data: PageData, card: Card, nationalId?: string) {
    return this.post(
      `${data.place}/card/answer`,
      data.csrfToken,
      await this.cardAnswer(data, card, nationalId),
    );
  }

  async usePasskey(data: PageData, authenticator: SoftAuthenticator) {
    const { json } = await this.post(`${data.place}/passkey/options`, data.csrfToken);
    return this.post(`${data.place}/passkey/answer`, data.csrfToken, {
      answer: authenticator.get(json, this.origin),
    });
  }
}

type PageDataId = 'sign-in-data' | 'enrol-data' | 'second-factor-data' | 'recovery-data';

/** The data block of a page's scripts. */
export function pageData(page: string | undefined, id: PageDataId): PageData {
  const match = new RegExp(`<script[^>]*id="${id}"[^>]*>([^<]*)</script>`).exec(page ?? '');
  if (match?.[1] === undefined) throw new Error(`no ${id} in: ${(page ?? '').slice(0, 3000)}`);
  return JSON.parse(match[1]) as PageData;
}
