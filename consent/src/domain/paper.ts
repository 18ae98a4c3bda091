import type { Lang } from '@xinlu/common/i18n';

/** A paper for printing and keeping: plain parts, no layout. */
export type Paper = {
  title: string;
  lang: Lang;
  /** A line above the title: whose paper it is. */
  above: string;
  sections: readonly { heading: string; rows: readonly PaperRow[]; text?: string }[];
  foot: string;
  madeAt: Date;
  attachment?: { name: string; description: string; content: string };
};
export type PaperRow = { key: string; value: string };

/** Prints a paper as PDF: text that can be selected, searched and read aloud. */
export type PrintPdf = (paper: Paper) => Promise<Buffer>;
