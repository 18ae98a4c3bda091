import {
  bulletList,
  card,
  cardGroup,
  type Html,
  html,
  link,
  pageHeading,
  summaryList,
} from '@xinlu/common/page';
import type { Dataset } from '../domain/catalogue.ts';
import { fieldList, type PageContext, partyName, purposeTitle, render } from './context.ts';

function codes(context: PageContext, list: Dataset['file']['purposes']): Html {
  return bulletList(list.map(({ code, title }) => `${code} ${title[context.lang]}`));
}

function fileCard(context: PageContext, dataset: Dataset): Html {
  const { t, lang, catalogue, register } = context;
  const keeper = register.participant(dataset.provider);
  const used = [...catalogue.purposes.values()].filter((purpose) =>
    Object.hasOwn(purpose.ceilings.datasets, dataset.id),
  );
  return card({
    title: dataset.file.name[lang],
    level: 2,
    id: dataset.id,
    body: summaryList([
      { key: t('files.keeper'), value: partyName(context, dataset.provider) },
      { key: t('files.contact'), value: keeper && link(keeper.homepage, keeper.homepage) },
      { key: t('files.basis'), value: dataset.file.legalBasis[lang] },
      { key: t('files.purposes'), value: codes(context, dataset.file.purposes) },
      { key: t('files.categories'), value: codes(context, dataset.file.categories) },
      {
        key: t('files.released'),
        value: html`<strong>${dataset.title[lang]}</strong><br>${fieldList(context, dataset.id, Object.keys(dataset.fields))}`,
      },
      {
        key: t('files.for'),
        value:
          used.length === 0
            ? t('files.for.none')
            : bulletList(
                used.map((purpose) => link(purposeTitle(context, purpose.id), `/catalogue#${purpose.id}`)),
              ),
      },
    ]),
  });
}

/** The files of personal data behind the datasets, with basis, purposes and categories (個人資料保護法 Art. 17). */
export function personalDataFilesPage(context: PageContext): string {
  const { t, catalogue } = context;
  const title = t('files.title');
  const body = html`
${pageHeading({ title, lead: t('files.lead'), above: t('files.law') })}
${cardGroup([...catalogue.datasets.values()].map((dataset) => fileCard(context, dataset)))}`;
  return render(context, { title, body, width: 'wide', section: 'catalogue' });
}
