import { sha256Base64url } from '@xinlu/common/canonical';
import { refused } from '@xinlu/common/errors';
import type { Ids } from '@xinlu/common/ids';
import type { KeyValue } from '@xinlu/common/kv';

/** Time to choose a certificate and to type its PIN. */
const TICKET_SECONDS = 300;
/** The page hands the code on by itself. */
const CODE_SECONDS = 60;

/**
 * Brings a certificate shown at the TLS host back to the browser session that sent for it. The ticket goes there and is good
 * for one visit; the code comes back and is good for one login. Each is kept as a hash, each is taken in one atomic step, and
 * neither is worth anything in another browser session.
 */
export type TlsHandoff = {
  ticket(browserSession: string): Promise<string>;
  /** At the TLS host. Refusal: `challenge-unknown` for a ticket never given, used or expired. */
  exchange(ticket: string, certificate: Uint8Array): Promise<string>;
  /** Back in the browser. Refusal: `challenge-unknown` for a code never given, used, expired, or given to another browser. */
  redeem(code: string, browserSession: string): Promise<Uint8Array>;
};

const unknown = () =>
  refused('challenge-unknown', 'This attempt has expired or was already used; start again.');

export function createTlsHandoff(kv: KeyValue, ids: Ids): TlsHandoff {
  const key = (what: 'ticket' | 'code', secret: string) => `card-tls:${what}:${sha256Base64url(secret)}`;
  return {
    async ticket(browserSession) {
      const ticket = ids.token(32);
      await kv.set(key('ticket', ticket), sha256Base64url(browserSession), TICKET_SECONDS);
      return ticket;
    },
    async exchange(ticket, certificate) {
      const session = await kv.take(key('ticket', ticket));
      if (session === undefined) throw unknown();
      const code = ids.token(32);
      const kept = `${session}\n${Buffer.from(certificate).toString('base64')}`;
      await kv.set(key('code', code), kept, CODE_SECONDS);
      return code;
    },
    async redeem(code, browserSession) {
      const [session, certificate = ''] = ((await kv.take(key('code', code))) ?? '').split('\n');
      if (session !== sha256Base64url(browserSession)) throw unknown();
      return new Uint8Array(Buffer.from(certificate, 'base64'));
    },
  };
}
