import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import type { Paper } from '../domain/paper.ts';

/** Points. */
const MARGIN = 64;
const SIZES = { title: 22, heading: 13, body: 10.5, small: 9 } as const;
const INK = '#1b1b1b';
const QUIET = '#565c65';

let font: Promise<Buffer> | undefined;

/** Noto Sans TC has every character of the catalogue and of names; a PDF carries only those it uses. */
function loadFont(): Promise<Buffer> {
  font ??= readFile(
    fileURLToPath(
      import.meta.resolve('@expo-google-fonts/noto-sans-tc/400Regular/NotoSansTC_400Regular.ttf'),
    ),
  );
  return font;
}

type Document = InstanceType<typeof PDFDocument>;

/** Writes the parts as tagged content, so that a screen reader knows heading from text (ISO 14289, PDF/UA). */
function write(doc: Document, paper: Paper): void {
  const root = doc.struct('Document');
  doc.addStructure(root);
  const put = (role: string, size: number, colour: string, text: string, gap = 0) => {
    root.add(
      doc.struct(role, {}, () => {
        doc.fontSize(size).fillColor(colour).text(text, { lineGap: 3 });
      }),
    );
    doc.y += gap;
  };
  put('P', SIZES.small, QUIET, paper.above);
  put('H1', SIZES.title, INK, paper.title, 10);
  for (const { heading, rows, text } of paper.sections) {
    doc.y += 8;
    put('H2', SIZES.heading, INK, heading, 4);
    for (const { key, value } of rows) {
      put('P', SIZES.small, QUIET, key);
      put('P', SIZES.body, INK, value, 5);
    }
    if (text !== undefined) put('P', SIZES.body, INK, text, 5);
  }
  doc.y += 12;
  put('P', SIZES.small, QUIET, paper.foot);
  root.end();
}

/** Papers as PDF by pdfkit: A4, one embedded subset font, tagged, in the paper's language. */
export async function printPdf(paper: Paper): Promise<Buffer> {
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    lang: paper.lang,
    tagged: true,
    displayTitle: true,
    font: (await loadFont()) as unknown as string,
    info: { Title: paper.title, CreationDate: paper.madeAt, ModDate: paper.madeAt },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
  const { attachment } = paper;
  if (attachment !== undefined) {
    doc.file(Buffer.from(attachment.content), {
      name: attachment.name,
      type: 'application/json',
      description: attachment.description,
      creationDate: paper.madeAt,
      modifiedDate: paper.madeAt,
    });
  }
  write(doc, paper);
  doc.end();
  return done;
}
