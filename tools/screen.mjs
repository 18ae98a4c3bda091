/**
 * What the person at the terminal sees once everything is ready.
 * @param {{ urls: Record<string, string>, data: string, cardPort: number, seconds: number }} facts
 */
export function readyScreen({ urls, data, cardPort, seconds }) {
  const rows = [
    ['入口網站（由此開始）', 'portal, start here', urls.portal],
    ['身分登入', 'identity', urls.idp],
    ['同意平臺', 'consent', urls.consent],
    ['存證紀錄', 'ledger', urls.ledger],
    ['參與者登記', 'admin', urls.admin],
    ['驗證網頁', 'verifier', urls.verifier],
    ['示範讀卡機', 'card reader', `http://localhost:${cardPort}`],
  ];
  const widest = Math.max(...rows.map(([zh]) => columns(zh)));
  const widestEn = Math.max(...rows.map(([, en]) => en.length));
  const lines = rows.map(
    ([zh, en, url]) => `  ${zh}${' '.repeat(widest - columns(zh))}  ${en.padEnd(widestEn)}  ${url}`,
  );
  return [
    '',
    `  信路已就緒（${seconds} 秒）  Xinlu is ready (${seconds} s)`,
    '',
    ...lines,
    '',
    `  資料與記錄檔  data and logs: ${data}`,
    '  停止：Ctrl-C  stop: Ctrl-C',
    '',
    '',
  ].join('\n');
}

/** Columns on the terminal: Chinese characters and full-width marks take two. */
function columns(text) {
  return [...text].reduce(
    (sum, character) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1),
    0,
  );
}
