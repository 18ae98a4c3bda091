import { describe, expect, test } from 'vitest';
import type { PageOptions } from '../src/page/index.ts';
import {
  alert,
  button,
  buttonLink,
  checkbox,
  errorPage,
  errorSummary,
  fieldId,
  formField,
  link,
  page,
  postForm,
  radioGroup,
  select,
  summaryList,
  tableResponsive,
} from '../src/page/index.ts';

const service = { name: '身分登入' };
const shown = (options: Partial<PageOptions> = {}) =>
  page({ lang: 'zh-TW', title: '登入', service, body: '內容', ...options });

describe('page', () => {
  test('it names its language, its title and one main landmark', () => {
    const text = shown({ lang: 'en' });
    expect(text.startsWith('<!doctype html>\n<html lang="en"')).toBe(true);
    expect(text).toContain('<title>登入 - 身分登入 - Xinlu</title>');
    expect(text.match(/<main /g)).toHaveLength(1);
    expect(text).toContain('href="#main"');
  });

  test('when the body is text, then it is escaped', () => {
    expect(shown({ body: '<script>' })).not.toContain('<script>');
  });

  test('nothing in it needs an inline style, an inline script or another origin', () => {
    const text = shown({
      scripts: ['/assets/login.js'],
      nonce: 'n0nce',
      data: { options: { a: '</script>' } },
      user: { name: '林怡君', logout: { action: '/logout', csrfToken: 't' } },
      demo: true,
    });
    expect(text).not.toMatch(/ style=| on[a-z]+=|<style/);
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(text).toContain('<script type="module" src="/assets/login.js" nonce="n0nce"></script>');
    expect(text).toContain('<script type="application/json" id="options">{"a":"\\u003c/script>"}</script>');
  });

  test('when the address has a query, then the language switch keeps it and cannot leave the page', () => {
    expect(shown({ url: '/interaction/1?a=1&lang=zh-TW' })).toContain('href="?a&#61;1&#38;lang&#61;en"');
    expect(shown({ url: '//evil.example/?x=1' })).toContain('href="?x&#61;1&#38;lang&#61;en"');
    expect(shown({ url: 'javascript:alert(1)' })).toContain('href="?lang&#61;en"');
    expect(shown({ url: false })).not.toContain('hreflang');
  });

  test('when an organisation has the page, then its name stands in place of the wordmark', () => {
    const text = shown({
      service: { ...service, organisation: { name: '信路高級中學', mark: '信', theme: 'school' } },
    });
    expect(text).toContain('xl-theme-school');
    expect(text).toContain('信路高級中學</span>');
    expect(text).not.toContain('<svg');
    expect(text).toContain('本網站由信路高級中學提供');
  });

  test('when the usual words of the footer do not fit, then the site says its own', () => {
    const about = '這裡代表您桌上的讀卡機。';
    const text = shown({
      service: { ...service, about, organisation: { name: '讀卡機', mark: '卡', theme: 'agency' } },
    });
    expect(text).toContain(`<p>${about}</p>`);
    expect(text).not.toContain('本網站由');
  });

  test('when a site does not know her name, then it says only that she is signed in', () => {
    expect(shown({ user: {} })).toContain('>已登入</span>');
    expect(shown({ user: { name: '林怡君' } })).toContain('>已登入：林怡君</span>');
  });

  test('the demo strip is there only when asked for', () => {
    expect(shown({ demo: true })).toContain('示範環境：人物與資料均為虛構');
    expect(shown()).not.toContain('示範環境');
  });

  test('when a script or a link would run code, then the page is refused', () => {
    expect(() => shown({ scripts: ['javascript:alert(1)'] })).toThrow(TypeError);
    expect(() => shown({ nav: [{ href: 'javascript:alert(1)', text: 'x' }] })).toThrow(TypeError);
    expect(() => buttonLink('x', 'javascript:alert(1)')).toThrow(TypeError);
    expect(() => link('x', 'data:text/html,x')).toThrow(TypeError);
  });
});

describe('forms', () => {
  test('postForm is a POST with the CSRF field', () => {
    const text = postForm({ action: '/a?b=1', csrfToken: 'tök"en', body: button('送出') }).toString();
    expect(text).toMatch(/^<form method="post" action="\/a\?b&#61;1" class="xl-form">/);
    expect(text).toContain('<input type="hidden" name="_csrf" value="tök&#34;en">');
  });

  test('when a field has a hint and an error, then both describe it', () => {
    const text = formField({ name: 'pin', label: 'PIN', hint: '六位數', error: 'PIN 碼不正確' }).toString();
    expect(text).toContain('for="field-pin"');
    expect(text).toContain('aria-describedby="field-pin-hint field-pin-error"');
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain('id="field-pin-hint"');
    expect(text).toContain('id="field-pin-error"');
  });

  test('when a field has neither, then nothing is described and nothing is invalid', () => {
    const text = formField({ name: 'pin', label: 'PIN' }).toString();
    expect(text).not.toContain('aria-');
  });

  test('the links of the summary lead to the fields', () => {
    const text = errorSummary('請修正', [{ text: '錯了', name: 'a[0].b' }, { text: '整份表單' }]).toString();
    expect(text).toContain(`href="#${fieldId('a[0].b')}"`);
    expect(formField({ name: 'a[0].b', label: 'x' }).toString()).toContain(`id="${fieldId('a[0].b')}"`);
    expect(text).toContain('<li>整份表單</li>');
  });

  test('when a choice is fixed, then there is nothing to tick and nothing is sent', () => {
    const fixed = checkbox({ name: 'f', value: 'a', label: '同戶成員', fixed: '必要' }).toString();
    expect(fixed).not.toContain('<input');
    expect(fixed).toContain('必要');
    expect(checkbox({ name: 'f', value: 'a', label: 'x', checked: true }).toString()).toContain(' checked');
    expect(checkbox({ name: 'f', value: 'a', label: 'x' }).toString()).not.toContain(' checked');
  });

  test('select and radioGroup mark the value they were given, and no other', () => {
    const choices = [
      { value: '1', label: '一' },
      { value: '2', label: '二' },
    ];
    expect(
      select({ name: 'n', label: 'n', choices, value: '2' })
        .toString()
        .match(/ selected/g),
    ).toHaveLength(1);
    expect(radioGroup({ name: 'n', label: 'n', choices, value: '2' }).toString()).toMatch(
      /value="2" checked/,
    );
    expect(radioGroup({ name: 'n', label: 'n', choices }).toString()).not.toContain(' checked');
  });
});

describe('content', () => {
  test('an alert is read out only when it answers something she did', () => {
    expect(alert('error', '失敗', 'x').toString()).not.toContain('role=');
    expect(alert('error', '失敗', 'x', { live: true }).toString()).toContain('role="alert"');
    expect(alert('success', '好了', 'x', { live: true }).toString()).toContain('role="status"');
  });

  test('each cell of a table carries the name of its column for the phone', () => {
    const text = tableResponsive({
      caption: '紀錄',
      columns: ['時間', '誰'],
      rows: [['今天', '<學校>']],
    }).toString();
    expect(text).toContain('<th scope="row" role="rowheader" data-label="時間">今天</th>');
    expect(text).toContain('<td role="cell" data-label="誰">&#60;學校&#62;</td>');
  });

  test('when a table has no rows, then it says so', () => {
    const text = tableResponsive({
      caption: '紀錄',
      columns: ['時間'],
      rows: [],
      empty: '還沒有紀錄',
    }).toString();
    expect(text).toContain('還沒有紀錄');
    expect(text).not.toContain('<table');
  });

  test('a row without a value is left out of a summary; an empty text is not', () => {
    const text = summaryList([
      { key: '甲', value: undefined },
      { key: '乙', value: '' },
    ]).toString();
    expect(text).not.toContain('甲');
    expect(text).toContain('乙');
  });
});

describe('errorPage', () => {
  test.each(['refused', 'retryable', 'fatal', 'not-found'] as const)(
    '%s has words in both languages',
    (kind) => {
      const zh = errorPage({ lang: 'zh-TW', service, kind, requestId: 'r-1' });
      const en = errorPage({ lang: 'en', service, kind });
      expect(zh).toMatch(/<h1>[\u4e00-\u9fff]+<\/h1>/);
      expect(en).toMatch(/<h1>[A-Z][A-Za-z ]+<\/h1>/);
      expect(zh).toContain('<code class="xl-code">r-1</code>');
    },
  );

  test('when a message comes from outside, then it is text', () => {
    expect(errorPage({ lang: 'en', service, kind: 'fatal', message: '<img>' })).not.toContain('<img>');
  });
});
