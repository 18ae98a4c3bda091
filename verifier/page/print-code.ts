import { readTrustList } from '../src/index.ts';

/** What the QR code of a printed paper says: whose paper it is, and its fingerprint. */
export type PrintCode = { readonly issuer: string; readonly fingerprint: string };

/** The code at the end of an address; which page it names does not matter, since this one judges. */
export function readCode(text: string): PrintCode | undefined {
  const [, issuer, fingerprint] = /#p=([a-z0-9][a-z0-9-]{0,62})\.([\w-]{43})$/.exec(text) ?? [];
  return issuer === undefined || fingerprint === undefined ? undefined : { issuer, fingerprint };
}

/** Where an issuer of the trust list gives its papers; the code itself names no address. */
export type PaperSource = {
  readonly name: { readonly zh: string; readonly en: string };
  readonly url: string;
};

export async function sourceOf(
  { issuer, fingerprint }: PrintCode,
  trust: string | undefined,
): Promise<PaperSource | undefined> {
  const participant = trust === undefined ? undefined : (await readTrustList(trust))?.participant(issuer);
  if (!participant?.roles.includes('issuer')) return undefined;
  const { homepage, name } = participant;
  if (homepage === undefined || !URL.canParse(homepage)) return undefined;
  const { protocol, hostname, origin } = new URL(homepage);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && hostname === 'localhost');
  return isSafe ? { name, url: `${origin}/papers/${fingerprint}` } : undefined;
}

const longestPaper = 4 * 1024 * 1024;

/** Asks the issuer for the paper, as nobody in particular; undefined if it does not give it. */
export async function fetchPaper({ url }: PaperSource): Promise<Uint8Array | undefined> {
  try {
    const answer = await fetch(url, {
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    });
    if (!answer.ok || Number(answer.headers.get('content-length') ?? 0) > longestPaper) return undefined;
    return new Uint8Array(await answer.arrayBuffer());
  } catch {
    return undefined;
  }
}
