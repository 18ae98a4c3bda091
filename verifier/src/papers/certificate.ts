import type { PaperType } from './paper-type.ts';

/** 證明書: for whatever an office attests and no type of its own exists for. */
export const genericCertificate = {
  vct: 'urn:xinlu:credential:certificate:1',
  name: ['證明書', 'Certificate'],
  description: ['機關就一件事實所為的證明。', 'One fact that an office attests.'],
  authority: 'authority',
  fields: [
    { name: 'certificate_number', label: ['證明書字號', 'Certificate number'], form: 'text', seen: 'number' },
    { name: 'authority', label: ['發證機關', 'Issuing office'], form: 'text', seen: 'always' },
    { name: 'subject_name', label: ['當事人', 'About whom'], form: 'text', seen: 'holder' },
    { name: 'matter', label: ['證明事項', 'Matter'], form: 'text', seen: 'holder' },
    { name: 'statement', label: ['證明內容', 'Statement'], form: 'prose', seen: 'holder' },
    { name: 'issued_on', label: ['發證日期', 'Issued on'], form: 'day', seen: 'holder' },
  ],
  closing: ['上開事項，特此證明。', 'The above is hereby certified.'],
} as const satisfies PaperType;
