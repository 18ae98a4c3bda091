import { registerSignedRequests } from '@xinlu/common/http-signature';
import { type Lang, languageOf } from '@xinlu/common/i18n';
import { loadKeys } from '@xinlu/common/keys';
import { bulletList, html, pageHeading, type Service } from '@xinlu/common/page';
import {
  ConfirmationRequest,
  ConfirmationResponse,
  GuardianshipRequest,
  GuardianshipResponse,
  PapersConfirmationRequest,
} from '@xinlu/common/wire';
import type { Country } from '../../country/country.ts';
import { openSite, type Site } from '../../site.ts';
import { openCivilRegistry } from './registry.ts';
import { civilRegistryWords } from './words.ts';

const service = (lang: Lang): Service => {
  const t = civilRegistryWords(lang);
  return {
    name: t('service'),
    organisation: { name: t('agency'), mark: '戶', theme: 'agency' },
    about: t('about'),
  };
};

/** Confirms to the identity provider, and to nobody else: whose a certificate and a number are, and who is whose guardian. */
export const buildCivilRegistry = async (country: Country): Promise<Site<object>> => {
  const url = country.addresses.url('civil-registry');
  const site = await openSite<object>(country, { id: 'civil-registry', url, service });
  const registry = openCivilRegistry(country.files, country.clock);
  const signed = registerSignedRequests(site.app as never, {
    register: country.register,
    kv: country.kv,
    clock: country.clock,
    publicUrl: url,
    answerKeys: await loadKeys(country.files.key('civil-registry')),
  });

  site.app.post(
    '/confirmations',
    {
      schema: { body: ConfirmationRequest, response: { 200: ConfirmationResponse } },
      config: { signAnswer: true },
      preHandler: signed.requireSigned('identity-provider'),
    },
    async (request) => registry.confirm(request.body),
  );

  site.app.post(
    '/paper-confirmations',
    {
      schema: { body: PapersConfirmationRequest, response: { 200: ConfirmationResponse } },
      config: { signAnswer: true },
      preHandler: signed.requireSigned('identity-provider'),
    },
    async (request) => registry.confirmPapers(request.body),
  );

  site.app.post(
    '/guardianships',
    {
      schema: { body: GuardianshipRequest, response: { 200: GuardianshipResponse } },
      config: { signAnswer: true },
      preHandler: signed.requireSigned('identity-provider'),
    },
    async (request) => registry.guardianship(request.body),
  );

  site.app.get('/', async (request, reply) => {
    const t = civilRegistryWords(languageOf(request));
    return site.show(request, reply, {
      title: t('title'),
      body: html`${pageHeading({ title: t('title'), lead: t('lead') })}${bulletList([t('point-asker'), t('point-answer'), t('point-guardian'), t('point-unsigned')])}`,
    });
  });
  return site;
};
