import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** USWDS's built files: css, fonts, images. */
export const uswdsFolder = dirname(
  dirname(fileURLToPath(import.meta.resolve('@uswds/uswds/css/uswds.min.css'))),
);

/** Our own few files. */
export const assetFolder = join(dirname(fileURLToPath(import.meta.url)), '../../assets');
