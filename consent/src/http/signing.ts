import type { Lang } from '@xinlu/common/i18n';
import type { Consent } from '../domain/consent.ts';
import { askToSign, type Signing } from '../domain/sign-consent.ts';
import { choices } from './choices.ts';
import type { Edge } from './deps.ts';

/** A little longer than the identity provider lets her take. */
const SECONDS = 20 * 60;

type Pending = { consentId: string; fields: readonly string[]; lang: Lang; salt: string };

/** Sends her to sign what she chose, and takes up her choice when she comes back. */
export function createSigning({ domain, kv, publicUrl }: Edge) {
  const key = (id: string) => `signing:${id}`;
  return {
    /** Gives the address to send her to. */
    async begin(request: {
      uid: string;
      consent: Consent;
      fields: readonly string[];
      lang: Lang;
      accessToken: string;
    }): Promise<string> {
      const { uid, consent, fields, lang, accessToken } = request;
      const salt = domain.ids.token(32);
      const { id, url } = await askToSign(domain, consent, {
        chosen: choices(fields),
        lang,
        salt,
        accessToken,
        returnTo: `${publicUrl}/interaction/${uid}/signed`,
      });
      const pending: Pending = { consentId: consent.id, fields, lang, salt };
      await kv.set(key(id), JSON.stringify(pending), SECONDS);
      return url;
    },
    /** Her choice for this consent with her signature; undefined where she did not sign, or signed something else. */
    async outcome(
      id: string,
      consent: Consent,
    ): Promise<(Omit<Signing, 'salt'> & { signature: { salt: string; confirmation: string } }) | undefined> {
      const text = await kv.get(key(id));
      if (text === undefined) return undefined;
      const { consentId, fields, lang, salt } = JSON.parse(text) as Pending;
      if (consentId !== consent.id) return undefined;
      const answer = await domain.identity.confirmation(id);
      if (answer === undefined || answer === 'refused') return undefined;
      return { chosen: choices(fields), lang, signature: { salt, confirmation: answer.confirmation } };
    },
  };
}
