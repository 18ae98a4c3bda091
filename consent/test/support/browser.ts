type Cookie = { name: string; value: string; path: string };

/** As much of a browser as the flows need: cookies by name and path, redirects one by one. Cookies ignore ports. */
export class Browser {
  #cookies: Cookie[] = [];

  #keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const value = pair.slice(pair.indexOf('=') + 1);
      const path = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const expired = attributes.some((one) => /^(max-age=0|expires=Thu, 01 Jan 1970)/i.test(one));
      this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
      if (!expired && value !== '') this.#cookies.push({ name, value, path });
    }
  }

  async open(url: string, form?: Record<string, string | string[]>): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = this.#cookies
      .filter(({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const body = form && new URLSearchParams();
    for (const [name, value] of Object.entries(form ?? {})) {
      for (const one of [value].flat()) body?.append(name, one);
    }
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie, accept: 'text/html', connection: 'close' },
      ...(body ? { method: 'POST', body } : {}),
    });
    this.#keep(response);
    return response;
  }

  /** Follows redirects until a page comes or an address matches `until`; gives the last address and the answer. */
  async follow(
    start: string,
    until: RegExp,
    form?: Record<string, string | string[]>,
  ): Promise<{ url: string; response?: Response; body: string }> {
    let url = start;
    let response = await this.open(url, form);
    for (let hop = 0; hop < 20; hop += 1) {
      const next = response.headers.get('location');
      if (next === null) return { url, response, body: await response.text() };
      await response.arrayBuffer();
      url = new URL(next, url).href;
      if (until.test(url)) return { url, body: '' };
      response = await this.open(url);
    }
    throw new Error(`too many redirects, last ${url}`);
  }
}

export function csrfOf(page: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}
