import { bulletList, buttonGroup, buttonLink, html, pageHeading } from '@xinlu/common/page';
import type { Content } from '../http/site.ts';
import type { Texts } from '../locales/index.ts';

export function homePage(t: Texts): Content {
  return {
    title: t('home.title'),
    body: html`
${pageHeading({ title: t('home.title'), lead: t('home.lead') })}
${bulletList([t('home.point-one'), t('home.point-subject'), t('home.point-id')])}
${buttonGroup([
  buttonLink(t('home.manage'), '/account', { big: true }),
  buttonLink(t('home.code'), '/counter/redeem', { kind: 'secondary', big: true }),
])}`,
  };
}
