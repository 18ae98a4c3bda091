export type Language = 'zh' | 'en';

const texts = {
  skip: ['跳到主要內容', 'Skip to main content'],
  demo: [
    '示範環境：人物與資料均為虛構，請勿輸入真實個人資料。',
    'Demonstration: all people and data are fictitious. Do not enter real personal data.',
  ],
  service: ['查驗文件', 'Check a document'],
  title: ['查驗一份文件', 'Check a document'],
  lead: [
    '權狀、同意收據、調閱紀錄是真的嗎？還有效嗎？有沒有被改過？',
    'Is this title deed, consent receipt or access record genuine, still valid, and unchanged?',
  ],
  drop: ['把檔案（PDF 或 *.xinlu.json）拖到這裡，或', 'Drop a file (PDF or *.xinlu.json) here, or'],
  choose: ['選擇檔案', 'Choose a file'],
  privacy: [
    '檔案只在您的瀏覽器裡檢查，不會送出。',
    'The file is checked in your browser only and is not sent anywhere.',
  ],
  scan: ['掃描紙本上的 QR Code', 'Scan the QR code of a print'],
  'scan-stop': ['停止掃描', 'Stop scanning'],
  'scan-point': [
    '請把鏡頭對準紙本上的 QR Code。影像只在您的裝置裡處理。',
    'Point the camera at the QR code of the print. The pictures stay on your device.',
  ],
  'scan-none': ['無法使用鏡頭。請改用拖放檔案。', 'The camera cannot be used. Drop the file instead.'],
  'code-title': ['紙本文件：{name}', 'A printed paper of {name}'],
  'code-body': [
    '這個條碼指向{name}所簽發的一份文件。可以向該機關取得檔案來查驗，該機關會知道有人在查驗；或把您手上的檔案拖進來，就不會連線。',
    'The code names a paper issued by {name}. The file can be fetched from that office to be checked; the office will know that somebody checks it. Or drop the file that you have, and nothing is sent.',
  ],
  'code-unknown': [
    '條碼所指的簽發機關不在信任清單中，無法取得檔案。請不要相信這份紙本。',
    'The issuer named by the code is not in the trust list. Do not rely on this print.',
  ],
  'code-fetch': ['向機關取得並查驗', 'Fetch from the office and check'],
  'code-decline': ['不要連線', 'Do not connect'],
  'code-away': [
    '現在無法從機關取得這份文件：可能還在存證、離線，或沒有這份文件。',
    'The paper cannot be had from the office now: its evidence is being made, there is no network, or there is no such paper.',
  ],
  'code-same': [
    '這就是紙本上 QR Code 所指的文件；請核對紙本文字與下列內容是否相同。',
    'This is the paper that the QR code names. Compare what is printed with what stands below.',
  ],
  'code-other': ['這不是紙本上 QR Code 所指的文件。', 'This is not the paper that the QR code names.'],
  more: [
    '進階：信任清單、較新的狀態清單、檢驗時點',
    'More: trust list, newer status list, moment asked about',
  ],
  'more-body': [
    '也可以把機關提供的較新狀態清單拖進來，會一併用來檢查；或拖進信任清單（trust.json），確認後才會改用。',
    'You can also drop a newer status list from the office, which is then used, or a trust list (trust.json), which is used only once you confirm it.',
  ],
  at: ['檢驗的時點（空白表示現在）', 'Moment asked about (empty for now)'],
  footer: [
    '這個頁面不需要帳號，也不必相信我們的伺服器。第一次開啟後，離線也能使用。',
    'This page needs no account and no trust in our server. Once opened, it works offline too.',
  ],
  'trust-page': ['使用本網站提供的信任清單。', 'Using the trust list of this site.'],
  'trust-own': [
    '使用您另外選用的信任清單：{file}（自稱「{origin}」）。',
    'Using a trust list of your own choice: {file} (calls itself “{origin}”).',
  ],
  'trust-back': ['改回本網站的信任清單', 'Go back to the trust list of this site'],
  'own-list': [
    '依您另外選用的信任清單（自稱「{origin}」）：',
    'By the trust list of your own choice (calls itself “{origin}”): ',
  ],
  'own-list-body': [
    '這個結果只和那份信任清單一樣可信，不是依本網站的信任清單。',
    'This answer is only as good as that trust list. It does not stand on the trust list of this site.',
  ],
  'offer-title': ['要改用這份信任清單嗎？', 'Use this trust list instead?'],
  'offer-body': [
    '信任清單決定誰簽的文件算數。檔案「{file}」自稱來自「{origin}」，本頁無法替您查證。',
    'A trust list decides whose papers count. The file “{file}” says that it is from “{origin}”; this page cannot check that for you.',
  ],
  'offer-warning': [
    '如果它是和要查驗的文件一起收到的，請不要使用：偽造文件的人也能附上自己的清單。只有直接從您信任的機關取得時，才改用。',
    'If it came together with the document that you check, do not use it: a forger can send a list of his own. Use it only if you got it directly from an authority that you trust.',
  ],
  'offer-accept': ['改用這份信任清單', 'Use this trust list'],
  'offer-decline': ['不要使用', 'Do not use it'],
  'offer-broken': [
    '信任清單「{file}」內容不完整或簽章不符，不能使用。',
    'The trust list “{file}” is incomplete or wrongly signed and cannot be used.',
  ],
  'trust-none': [
    '目前拿不到信任清單。請把 trust.json 拖進來，否則無法判斷。',
    'There is no trust list at hand. Drop a trust.json, or nothing can be told.',
  ],
  valid: ['有效', 'Valid'],
  'valid-body': [
    '這份文件是真的，仍然有效，內容沒有被改過。',
    'This document is genuine, still valid and unchanged.',
  ],
  'not-valid': ['無效', 'Not valid'],
  'not-valid-body': ['不要相信這份文件，原因如下。', 'Do not rely on this document, for the reason below.'],
  'cannot-tell': ['無法判斷', 'Cannot tell'],
  'cannot-tell-body': [
    '有些檢查現在做不到，原因如下。',
    'Some checks could not be made, for the reason below.',
  ],
  checks: ['逐項檢查', 'What was checked'],
  content: ['文件內容', 'What it says'],
  'content-unverified': ['檔案所稱的內容（未經證實）', 'What the file claims (not verified)'],
  all: ['全部內容（技術格式）', 'Everything (technical form)'],
  'result-pass': ['通過', 'Passed'],
  'result-fail': ['不通過', 'Failed'],
  'result-unknown': ['無法判斷', 'Cannot tell'],
  'kind-credential': ['數位文件', 'Digital document'],
  'kind-receipt': ['同意收據', 'Consent receipt'],
  'kind-access': ['調閱紀錄', 'Access record'],
  'kind-status-list': ['狀態清單', 'Status list'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type TextKey = keyof typeof texts;

export function isTextKey(key: string | undefined): key is TextKey {
  return key !== undefined && Object.hasOwn(texts, key);
}

export function textOf(language: Language, key: TextKey, values: Record<string, string> = {}): string {
  const [zh, en] = texts[key];
  return (language === 'zh' ? zh : en).replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

/**
 * Names of the claims that people ask for, by their path, in the order in which they are shown; those of a paper stand
 * before them and come from the table of types.
 */
export const claimNames: readonly (readonly [claim: string, zh: string, en: string])[] = [
  ['event.type', '事項', 'Event'],
  ['decision', '結果', 'Outcome'],
  ['pii_controller.name', '需用機關', 'Who asked'],
  ['client_id', '需用機關', 'Who asked'],
  ['purpose.title', '目的', 'Purpose'],
  ['purpose', '目的', 'Purpose'],
  ['pii_processing', '資料', 'Data'],
  ['provider', '資料提供機關', 'Provider'],
  ['dataset', '資料集', 'Dataset'],
  ['fields', '欄位', 'Fields'],
  ['validity.until', '同意期限', 'Until'],
  ['record_id', '同意編號', 'Consent'],
  ['consent_id', '同意編號', 'Consent'],
  ['iss', '簽發者', 'Issuer'],
  ['iat', '簽發時間', 'Issued at'],
  ['exp', '有效至', 'Valid until'],
];

export const claimValues: Record<string, readonly [zh: string, en: string]> = {
  'event.type:granted': ['同意', 'Granted'],
  'event.type:refused': ['拒絕', 'Refused'],
  'event.type:withdrawn': ['撤回', 'Withdrawn'],
  'decision:allowed': ['已提供', 'Released'],
  'decision:refused': ['已拒絕', 'Refused'],
};
