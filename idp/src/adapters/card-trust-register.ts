import type { Clock } from '@xinlu/common/clock';
import type { Logger } from '@xinlu/common/log';
import type { RegisterView } from '@xinlu/common/register';
import type { CertificateAuthority } from '@xinlu/common/wire';
import { parseCertificate, type UnverifiedCertificate, validateCertificate } from '@xinlu/pki';
import type { CardAuthority } from '../domain/card/ports.ts';
import type { ListAddress, LoadedTrust } from './card-trust-file.ts';

type Entry = { participant: string; entry: CertificateAuthority; certificate: UnverifiedCertificate };

/** Whom we trust now to issue cards; changes by itself as the register does and as time goes on. */
export type TrustNow = {
  /** Throws `register-unavailable` (503) while the register was never seen: nobody is trusted then, and nobody ended. */
  current(): LoadedTrust;
};

/**
 * The authorities of the newest register below the roots of the configuration file. An entry counts while it is active and
 * leads to a pinned root; one that does not is left aside and told of in the log. An authority that the file still lists,
 * from before the register did, counts until the register has any entry, ended or not, for the same certificate.
 */
export function followCardTrust(options: {
  file: LoadedTrust;
  register: () => RegisterView;
  clock: Clock;
  log: Logger;
}): TrustNow {
  const { file, clock, log } = options;
  let seen: { view: RegisterView; entries: Entry[] } | undefined;
  let made: { key: string; trust: LoadedTrust } | undefined;

  function entriesOf(view: RegisterView): Entry[] {
    if (seen?.view !== view) seen = { view, entries: parseEntries(view, log) };
    return seen.entries;
  }

  return {
    current() {
      const view = options.register();
      const entries = entriesOf(view);
      const active = entries.filter(({ participant }) => view.activeParticipant(participant) !== undefined);
      const key = `${view.version}\n${active.map(({ participant }) => participant).join('\n')}`;
      if (made?.key !== key) made = { key, trust: trustIn(file, entries, active, clock.now(), log) };
      return made.trust;
    },
  };
}

function parseEntries(view: RegisterView, log: Logger): Entry[] {
  return view.participants.flatMap(({ id, certificateAuthority: entry }) => {
    if (entry === undefined) return [];
    try {
      return [
        { participant: id, entry, certificate: parseCertificate(Buffer.from(entry.certificate, 'base64')) },
      ];
    } catch (error) {
      log.error({ err: error, participant: id }, 'card-authority-unusable');
      return [];
    }
  });
}

function trustIn(
  file: LoadedTrust,
  entries: readonly Entry[],
  active: readonly Entry[],
  now: Date,
  log: Logger,
): LoadedTrust {
  const { anchors } = file.trust;
  const registered = new Set(entries.map(({ certificate }) => certificate.fingerprint));
  const fromFile = file.trust.intermediates.filter(({ fingerprint }) => !registered.has(fingerprint));
  const candidates = [...active.map(({ certificate }) => certificate), ...fromFile];
  const rooted = active.filter(({ participant, certificate }) => {
    const decision = validateCertificate({
      leaf: certificate,
      intermediates: candidates,
      anchors,
      time: now,
    });
    if (!decision.valid) log.error({ participant, code: decision.code }, 'card-authority-not-rooted');
    return decision.valid;
  });
  const kept = new Set([...anchors, ...fromFile].map(({ fingerprint }) => fingerprint));
  return {
    trust: {
      anchors,
      intermediates: [...rooted.map(({ certificate }) => certificate), ...fromFile],
      authorities: [
        ...rooted.map(authorityOf),
        ...file.trust.authorities.filter(({ ca }) => !registered.has(ca)),
      ],
    },
    lists: [...file.lists.filter(({ issuer }) => kept.has(issuer.fingerprint)), ...rooted.flatMap(listsOf)],
  };
}

const authorityOf = ({ entry, certificate }: Entry): CardAuthority => ({
  ca: certificate.fingerprint,
  identity: entry.identity,
  maximumAcr: entry.maximumAcr,
  policies: entry.policies,
  ...(entry.ocsp === undefined ? {} : { ocsp: entry.ocsp }),
});

const listsOf = ({ entry, certificate }: Entry): ListAddress[] =>
  entry.crls.map((url) => ({ issuer: certificate, url }));
