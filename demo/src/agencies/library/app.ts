import { createHash } from 'node:crypto';
import { isAppError } from '@xinlu/common/errors';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import {
  alert,
  buttonGroup,
  buttonLink,
  code,
  codeBlock,
  type Html,
  html,
  pageHeading,
  type Service,
  section,
  summaryList,
} from '@xinlu/common/page';
import type { Country } from '../../country/country.ts';
import { readJson } from '../../country/files.ts';
import { agencyNames, libraryApplication } from '../../country/participants.ts';
import { type LoginSession, openLoginSite, registerLogin, type SignedIn } from '../../login.ts';
import { explainLogin } from '../../login-words.ts';
import { demoPublicKeys } from '../../seed/keys.ts';
import type { Site } from '../../site.ts';
import { libraryWords } from './words.ts';

const service = (lang: Lang): Service => ({
  name: libraryWords(lang)('service'),
  organisation: { name: agencyNames.library[lang], mark: '書', theme: 'library' },
});

const levels = ['low', 'substantial', 'high'] as const;

/** Derived from the subject that the identity provider made for the library alone, so it says nothing elsewhere. */
const cardNumber = (subject: string): string =>
  (createHash('sha256').update(`library card\n${subject}`).digest().readUInt32BE() % 10 ** 8)
    .toString()
    .padStart(8, '0');

const libraryCard = (lang: Lang, user: SignedIn): Html => {
  const t = libraryWords(lang);
  const level = levels.find((one) => one === user.acr);
  return html`${pageHeading({ title: t('card-title', { name: user.name }), lead: t('card-lead') })}
${summaryList([
  { key: t('card-number'), value: code(cardNumber(user.subject)) },
  { key: t('card-acr'), value: level && t(`acr-${level}`) },
])}`;
};

/** A relying party that is not in the register: it has keys and a site, and says what it would need to be admitted. */
export const buildLibrary = async (country: Country): Promise<Site<LoginSession>> => {
  const url = country.addresses.url('library');
  const site = await openLoginSite<LoginSession>(country, {
    id: 'library',
    url,
    service,
    explain: explainLogin,
  });
  const login = registerLogin(country, site, {
    clientId: 'library',
    keys: await loadKeys(country.files.key('library')),
    minimumAcr: 'low',
    after: '/',
  });
  const { founded } = readJson<{ founded: string }>(country.files.founding);
  const application = JSON.stringify(
    libraryApplication(
      country.addresses,
      (participant) => demoPublicKeys(country.files, participant),
      new Date(founded),
    ),
    null,
    2,
  );

  /** While the register has never been seen, nobody is known to be admitted. */
  const isAdmitted = (): boolean => {
    try {
      return country.register().activeParticipant('library') !== undefined;
    } catch (error) {
      if (isAppError(error) && error.kind === 'retryable') return false;
      throw error;
    }
  };

  const entrance = (lang: Lang): Html => {
    const t = libraryWords(lang);
    const admitted = isAdmitted();
    return html`${pageHeading({ title: t('title'), lead: t('lead') })}
${alert(
  admitted ? 'success' : 'warning',
  t(admitted ? 'admitted-title' : 'not-admitted-title'),
  t(admitted ? 'admitted-body' : 'not-admitted-body'),
  { id: admitted ? 'admitted' : 'not-admitted' },
)}
${buttonGroup([
  buttonLink(t(admitted ? 'sign-in' : 'try-anyway'), '/login', {
    kind: admitted ? 'primary' : 'secondary',
    id: 'sign-in',
  }),
])}
${
  !admitted &&
  section(
    t('application-title'),
    html`<p>${t('application-lead')}</p>${buttonGroup([
      buttonLink(t('console'), country.services.adminUrl, { kind: 'secondary' }),
      buttonLink(t('download'), '/registration.json', { kind: 'secondary' }),
    ])}${codeBlock(t('application-json'), application)}`,
  )
}`;
  };

  site.app.get('/', async (request, reply) => {
    const lang = languageOf(request);
    const session = await site.session(request, reply);
    const user = login.userOf(session);
    return site.show(request, reply, {
      title: libraryWords(lang)('title'),
      body: user === undefined ? entrance(lang) : libraryCard(lang, user),
      ...login.menu(session, reply),
    });
  });

  site.app.get('/registration.json', async (_request, reply) =>
    reply
      .type('application/json')
      .header('content-disposition', 'attachment; filename="library-registration.json"')
      .send(application),
  );
  return site;
};
