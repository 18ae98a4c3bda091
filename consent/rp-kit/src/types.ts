import type { Answer, GrantedDetail } from '@xinlu/common/wire';

/** What a relying party keeps of a consent, on its server: plain JSON, secret (it holds the DPoP key and the tokens). */
export type Consent = {
  consentId: string;
  /** What was granted, dataset by dataset; optional fields that she left out are missing. */
  details: GrantedDetail[];
  /** The person, as this relying party knows her from the identity provider. */
  subject: string;
  accessToken: string;
  /** RFC 3339 */
  accessTokenExpiresAt: string;
  refreshToken?: string;
  dpopKey: string;
  /** The OAuth grant behind it, to be named when more is asked for later. */
  grantId?: string;
};

/** One provider's answer, opened and verified; or why there is none. */
export type Release =
  | {
      provider: string;
      dataset: string;
      accessId: string;
      data: Record<string, unknown>;
      /** To a verification, in the order of its checks; `data` is empty then. */
      answers?: Answer[];
      error?: never;
    }
  | {
      provider: string;
      dataset: string;
      error: { code: string; title: string };
      data?: never;
      answers?: never;
    };

/** One provider's answer as a stream of records, each with granted fields alone. */
export type ReleaseStream = {
  provider: string;
  dataset: string;
  accessId: string;
  /** Each record is authentic when it comes; that none is missing is known once the iteration has ended without an error. */
  records: AsyncIterable<Record<string, unknown>>;
  /** Instead of taking the records. */
  cancel(): void;
};
