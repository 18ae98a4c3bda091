import type { Lang } from '../../src/i18n/index.ts';
import { dateTime, duration } from '../../src/i18n/index.ts';
import {
  alert,
  bulletList,
  button,
  buttonGroup,
  buttonLink,
  card,
  cardGroup,
  checkbox,
  code,
  codeBlock,
  dataFlow,
  definitionList,
  disclosure,
  emptyState,
  errorPage,
  errorSummary,
  fieldGroup,
  formField,
  html,
  link,
  page,
  pageHeading,
  postForm,
  radioGroup,
  section,
  select,
  stats,
  stepIndicator,
  stepList,
  summaryList,
  tableResponsive,
  tag,
  textArea,
  timeline,
  waiting,
  words,
} from '../../src/page/index.ts';

const csrfToken = 'gallery-token';
const user = { name: '林怡君', logout: { action: '/logout', csrfToken } };

function both(lang: Lang): (zh: string, en: string) => string {
  return (zh, en) => (lang === 'en' ? en : zh);
}

function login(lang: Lang): string {
  const s = both(lang);
  return page({
    lang,
    title: s('登入', 'Sign in'),
    service: { name: s('身分登入', 'Sign-in') },
    demo: true,
    url: '/interaction/1',
    body: html`
${pageHeading({
  above: s('信路高級中學 請您登入', 'Xinlu Senior High School asks you to sign in'),
  title: s('用哪一種方式登入？', 'How would you like to sign in?'),
  lead: s(
    '登入後，對方只會知道您是同一位使用者，不會得到身分證字號。',
    'The school learns that it is you; it never gets your national ID number.',
  ),
})}
${errorSummary(words(lang)('error-summary'), [{ text: s('身分證字號的檢查碼不正確。', 'The check digit of the ID number is wrong.'), name: 'national-id' }])}
${postForm({
  action: '/login/passkey',
  csrfToken,
  noValidate: true,
  body: html`
${formField({
  name: 'national-id',
  label: s('國民身分證統一編號', 'National ID number'),
  hint: s('一個英文字母和九個數字，例如 A123456789', 'One letter and nine digits, such as A123456789'),
  error: s('身分證字號的檢查碼不正確。', 'The check digit of the ID number is wrong.'),
  value: 'A123456780',
  autocomplete: 'off',
  maxlength: 10,
  width: 'medium',
  mono: true,
})}
${formField({ name: 'pin', label: s('憑證密碼（PIN 碼）', 'Card PIN'), type: 'password', inputmode: 'numeric', autocomplete: 'off', width: 'medium' })}
${buttonGroup([button(s('用通行金鑰登入', 'Sign in with a passkey'), { big: true }), button(s('改用自然人憑證', 'Use a citizen card instead'), { kind: 'secondary', big: true })])}`,
})}
${waiting(s('正在等待讀卡機回應…', 'Waiting for the card reader…'))}
${disclosure(s('什麼是通行金鑰？', 'What is a passkey?'), html`<p>${s('通行金鑰存在您的手機或安全金鑰裡，登入時用指紋、臉部或螢幕鎖確認。', 'A passkey is kept in your phone or security key; you confirm with fingerprint, face or screen lock.')}</p>`)}
${alert('info', undefined, html`<p>${s('沒有憑證？請帶身分證件到任一戶政事務所辦理。', 'No card? Any household registration office can help you; bring your ID.')}</p>`)}`,
  });
}

function consent(lang: Lang): string {
  const s = both(lang);
  return page({
    lang,
    title: s('資料使用同意', 'Consent to use your data'),
    service: { name: s('我的資料與同意', 'My data and consents') },
    demo: true,
    user,
    url: false,
    body: html`
${stepIndicator({ label: s('申請進度', 'Progress'), steps: [s('登入', 'Sign in'), s('確認資料', 'Check the data'), s('完成', 'Done')], current: 1, done: words(lang)('step-done'), now: words(lang)('step-current') })}
${pageHeading({ title: s('信路高級中學想使用您的資料', 'Xinlu Senior High School asks for your data') })}
${dataFlow({
  from: [
    {
      name: s('內政部戶政司', 'Department of Household Registration'),
      note: s('戶籍成員', 'Household members'),
    },
    { name: s('社會局', 'Social Welfare Bureau'), note: s('低收入戶資格', 'Low-income status') },
  ],
  verb: s('經您同意提供', 'gives, if you agree'),
  to: { name: s('信路高級中學', 'Xinlu Senior High School'), note: s('需用單位', 'asks for the data') },
})}
${summaryList([
  {
    key: s('用途', 'Purpose'),
    value: s('高中職低收入戶學雜費減免', 'Tuition waiver for low-income households'),
  },
  { key: s('使用次數', 'How often'), value: s('只用這一次', 'This time only') },
  { key: s('資料保留', 'Kept for'), value: duration('P6M', lang) },
  {
    key: s('法律依據', 'Legal basis'),
    value: s('個人資料保護法第 15 條第 2 款', 'Personal Data Protection Act, article 15(2)'),
  },
])}
${postForm({
  action: '/consent',
  csrfToken,
  body: html`
${fieldGroup(s('戶籍資料（內政部戶政司）', 'Household data'), [
  checkbox({
    name: 'f',
    value: 'members',
    label: s('同戶成員', 'Household members'),
    description: s('姓名、稱謂與出生年', 'Name, relation and year of birth'),
    fixed: s('必要', 'needed'),
  }),
  checkbox({
    name: 'f',
    value: 'address',
    label: s('戶籍地址', 'Registered address'),
    description: s(
      '用來判斷學區補助，不提供也能申請減免。',
      'For the district subsidy; you can apply without it.',
    ),
  }),
])}
${fieldGroup(s('社政資料（社會局）', 'Welfare data'), [
  checkbox({
    name: 'f',
    value: 'status',
    label: s('低收入戶資格', 'Low-income status'),
    fixed: s('必要', 'needed'),
  }),
  checkbox({ name: 'f', value: 'case', label: s('案件編號', 'Case number'), checked: true }),
])}
${buttonGroup([button(s('同意並提供', 'Agree and share'), { big: true }), button(s('不同意', 'Refuse'), { kind: 'secondary', big: true, name: 'decision', value: 'refuse' })])}`,
})}
<p class="xl-quiet">${s('您隨時可以在「我的同意」撤回；撤回後立即停止提供。', 'You can withdraw at any time; it takes effect at once.')}</p>`,
  });
}

function dashboard(lang: Lang): string {
  const s = both(lang);
  const at = '2026-11-21T02:05:00Z';
  return page({
    lang,
    title: s('我的同意', 'My consents'),
    service: { name: s('我的資料與同意', 'My data and consents') },
    user,
    url: '/consents?tab=1',
    width: 'wide',
    demo: true,
    nav: [
      { href: '/', text: s('我的同意', 'My consents'), current: true },
      { href: '/accesses', text: s('使用紀錄', 'Who looked') },
      { href: '/receipts', text: s('收據', 'Receipts') },
    ],
    body: html`
${pageHeading({ title: s('我的同意', 'My consents'), lead: s('誰能用您的哪些資料，都在這裡。', 'Who may use which of your data: all of it is here.') })}
${alert('success', s('已撤回', 'Withdrawn'), html`<p>${s('信路高級中學自民國115年11月21日 10:05 起不能再取得您的資料。', 'Since 21 November 2026, 10:05 the school can no longer get your data.')}</p>`, { live: true })}
${stats([
  { value: 2, label: s('有效的同意', 'Live consents') },
  { value: 7, label: s('本月使用次數', 'Uses this month') },
  { value: 0, label: s('被拒絕的要求', 'Refused requests') },
  { value: 12, label: s('收據', 'Receipts') },
])}
${section(
  s('目前的同意', 'Consents'),
  cardGroup([
    card({
      above: s('高中職低收入戶學雜費減免', 'Tuition waiver'),
      title: s('信路高級中學', 'Xinlu Senior High School'),
      tag: tag(s('已撤回', 'Withdrawn'), 'negative'),
      body: summaryList([
        {
          key: s('資料', 'Data'),
          value: s('同戶成員、低收入戶資格', 'Household members, low-income status'),
        },
        { key: s('期限', 'Until'), value: dateTime(at, lang) },
      ]),
      footer: buttonGroup([buttonLink(s('查看收據', 'See the receipt'), '/r/1', { kind: 'secondary' })]),
    }),
    card({
      above: s('信用卡線上申辦', 'Credit card application'),
      title: s('信民商業銀行', 'Xinmin Commercial Bank'),
      tag: tag(s('有效', 'Live'), 'positive'),
      body: summaryList([
        { key: s('資料', 'Data'), value: s('年度所得、所得年度', 'Annual income, year') },
        { key: s('期限', 'Until'), value: dateTime(at, lang) },
      ]),
      footer: postForm({
        action: '/w',
        csrfToken,
        body: button(s('撤回同意', 'Withdraw'), {
          kind: 'danger',
          label: s('撤回同意：信民商業銀行', 'Withdraw: Xinmin Commercial Bank'),
        }),
      }),
    }),
  ]),
  { aside: link(s('全部下載', 'Download all'), '/export') },
)}
${section(
  s('使用紀錄', 'Who looked'),
  tableResponsive({
    caption: s('最近的使用', 'Latest uses'),
    hideCaption: true,
    columns: [s('時間', 'Time'), s('誰', 'Who'), s('資料', 'Data'), s('結果', 'Result'), s('存證', 'Log')],
    rows: [1, 2, 3].map((n) => [
      dateTime(at, lang),
      s('信路高級中學', 'Xinlu Senior High School'),
      s('同戶成員', 'Household members'),
      n === 3 ? tag(s('已拒絕', 'Refused'), 'negative') : tag(s('已提供', 'Given'), 'positive'),
      n === 1 ? tag(s('等待上鏈', 'Waiting'), 'warning') : tag(s('已定案', 'Final'), 'info'),
    ]),
  }),
)}
${section(
  s('這份同意的經過', 'History of this consent'),
  timeline([
    {
      when: dateTime(at, lang),
      at,
      title: s('您撤回了同意', 'You withdrew'),
      body: s('立即生效', 'At once'),
      tone: 'negative',
    },
    {
      when: dateTime(at, lang),
      at,
      title: s('學校取得資料', 'The school got the data'),
      body: html`${s('紀錄', 'Record')} ${code('0192f0c4-7a55-7cc2-9f4e-1b2f9c0d4e77')}`,
      tone: 'info',
    },
    { when: dateTime(at, lang), at, title: s('您同意了', 'You agreed'), tone: 'positive' },
  ]),
)}
${emptyState(s('還沒有通知。有人使用您的資料時，會出現在這裡。', 'No notices yet. They appear when somebody uses your data.'))}`,
  });
}

function portal(lang: Lang): string {
  const s = both(lang);
  return page({
    lang,
    title: s('入口', 'Portal'),
    service: { name: s('示範國度入口', 'Portal of the demo country') },
    url: '/',
    width: 'wide',
    demo: true,
    body: html`
${pageHeading({ title: s('信路：您是誰、您允許什麼、什麼是真的', 'Xinlu: who you are, what you allow, what is true'), lead: s('這裡跑著一個小國家：身分、同意與存證，加上學校、銀行與機關。', 'A small country runs here: identity, consent and attestation, with a school, a bank and agencies.') })}
${section(
  s('走走看', 'Try it'),
  cardGroup(
    [1, 2, 3].map((n) =>
      card({
        above: s(`旅程 ${n}`, `Journey ${n}`),
        title: s('低收入戶學雜費減免', 'Tuition waiver'),
        body: html`<p>${s('學校向戶政與社政查資料，不用紙本證明。', 'The school asks two agencies; no paper needed.')}</p>`,
        footer: buttonLink(s('開始', 'Start'), '/school'),
      }),
    ),
    { columns: 3 },
  ),
)}
${section(
  s('怎麼進行', 'How it goes'),
  stepList([
    { title: s('登入', 'Sign in'), body: s('用自然人憑證或通行金鑰。', 'With a citizen card or a passkey.') },
    {
      title: s('看清楚再同意', 'Read, then agree'),
      body: s('誰要、要什麼、為什麼、多久。', 'Who asks, what, why, how long.'),
    },
    { title: s('查收據', 'Check the receipt'), body: s('離線也能驗。', 'Offline, too.') },
  ]),
)}
${codeBlock(s('查驗指令', 'Command to verify'), 'npx xinlu verify deed.xinlu.json --trust .data/trust.json --status .data/status-list.jwt')}
${definitionList([{ term: s('示範市民', 'Demo citizen'), meaning: s('林怡君，PIN 碼 246810', 'Lin Yi-chun, PIN 246810') }])}
${bulletList([s('不用帳號', 'No account needed'), s('資料不出這台電腦', 'Nothing leaves this computer')])}
${alert('warning', s('鏈節點尚未就緒', 'The chain is not ready yet'), html`<p>${s('存證會排隊，不會遺失。', 'Entries wait in line; none is lost.')}</p>`)}
${alert('error', s('撤銷清單過期', 'The revocation list is out of date'), html`<p>${s('目前無法判斷。', 'Cannot tell now.')}</p>`)}`,
  });
}

function school(lang: Lang): string {
  const s = both(lang);
  return page({
    lang,
    title: s('學雜費減免申請', 'Tuition waiver'),
    service: {
      name: s('學雜費減免申請', 'Tuition waiver'),
      organisation: { name: s('信路高級中學', 'Xinlu Senior High School'), mark: '信', theme: 'school' },
    },
    url: '/',
    demo: true,
    body: html`
${pageHeading({ title: s('申請學雜費減免', 'Apply for a tuition waiver'), lead: s('不用再交紙本證明。', 'No paper needed.') })}
${postForm({
  action: '/apply',
  csrfToken,
  body: html`
${formField({ name: 'student', label: s('學號', 'Student number'), inputmode: 'numeric', width: 'short' })}
${formField({ name: 'mail', label: s('電子郵件', 'E-mail'), note: words(lang)('optional'), type: 'email', autocomplete: 'email' })}
${select({
  name: 'grade',
  label: s('年級', 'Year'),
  choices: [
    { value: '1', label: s('一年級', 'First') },
    { value: '2', label: s('二年級', 'Second') },
  ],
  value: '2',
})}
${radioGroup({
  name: 'kind',
  label: s('身分別', 'Category'),
  choices: [
    {
      value: 'low',
      label: s('低收入戶', 'Low-income household'),
      description: s('學雜費全免', 'Full waiver'),
    },
    { value: 'mid', label: s('中低收入戶', 'Lower-middle-income household') },
  ],
  value: 'low',
})}
${textArea({ name: 'note', label: s('補充說明', 'Remarks'), note: words(lang)('optional') })}
${formField({ name: 'file', label: s('附件', 'Attachment'), type: 'file' })}
${buttonGroup([button(s('用信路登入並申請', 'Sign in with Xinlu and apply')), button(s('清除', 'Clear'), { kind: 'quiet', type: 'button' })])}`,
})}`,
  });
}

function fault(lang: Lang): string {
  const s = both(lang);
  return errorPage({
    lang,
    service: { name: s('身分登入', 'Sign-in') },
    kind: 'refused',
    title: s('這個登入連結已經用過了', 'This sign-in link was already used'),
    message: s('為了安全，每個連結只能用一次。', 'For safety each link works once only.'),
    advice: [
      s('回到原來的網站，再按一次登入。', 'Go back to the site and press sign-in again.'),
      s('如果您沒有按過，請關閉這個視窗。', 'If it was not you, close this window.'),
    ],
    requestId: '0192f0c4-7a55-7cc2-9f4e-1b2f9c0d4e77',
    demo: true,
  });
}

/** Every component at least once, on pages like those that the rooms make. */
export const samples: Readonly<Record<string, (lang: Lang) => string>> = {
  login,
  consent,
  dashboard,
  portal,
  school,
  fault,
};
