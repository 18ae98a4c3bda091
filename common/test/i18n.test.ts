import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { describe, expect, test } from 'vitest';
import {
  assertCompleteCatalogues,
  createTranslator,
  languageOf,
  registerLanguage,
} from '../src/i18n/index.ts';
import { html } from '../src/page/index.ts';

const texts = createTranslator({
  'zh-TW': {
    title: '登入',
    greeting: '{name}，您好',
    fields: '{count} 個欄位',
    terms: '請先閱讀{link}，{name}',
  },
  en: {
    title: 'Sign in',
    greeting: 'Hello, {name}',
    fields: { one: '{count} field', other: '{count} fields' },
    terms: 'Please read {link} first, {name}',
  },
});

describe('createTranslator', () => {
  test('it gives each language its own text', () => {
    expect(texts('zh-TW')('title')).toBe('登入');
    expect(texts('en')('title')).toBe('Sign in');
    expect(texts('en').lang).toBe('en');
  });

  test('values go into their places as text, braces in them too', () => {
    expect(texts('zh-TW')('greeting', { name: '{name}<b>' })).toBe('{name}<b>，您好');
  });

  test('when a text is shown through html``, then its values are escaped', () => {
    expect(html`<p>${texts('en')('greeting', { name: '<b>' })}</p>`.toString()).toBe(
      '<p>Hello, &#60;b&#62;</p>',
    );
  });

  test('when markup belongs into a sentence, then only Html stays markup', () => {
    const sentence = texts('en').html('terms', { link: html`<a href="/t">the terms</a>`, name: '<i>' });
    expect(sentence.toString()).toBe('Please read <a href="/t">the terms</a> first, &#60;i&#62;');
  });

  test('English has a singular', () => {
    expect(texts('en')('fields', { count: 1 })).toBe('1 field');
    expect(texts('en')('fields', { count: 2 })).toBe('2 fields');
    expect(texts('zh-TW')('fields', { count: 1 })).toBe('1 個欄位');
  });

  test('keys and placeholders are types, and what slips past them fails loudly', () => {
    const t = texts('en');
    // @ts-expect-error no such key
    expect(() => t('tittle')).toThrow('no text named tittle');
    // @ts-expect-error the name is missing
    expect(() => t('greeting')).toThrow('greeting needs {name}');
    // @ts-expect-error another name
    expect(() => t('greeting', { nam: 'x' })).toThrow('greeting needs {name}');
    // @ts-expect-error inherited names are no keys
    expect(() => t('toString')).toThrow('no text named toString');
  });

  test('when English lacks a key, then neither the type check nor the start lets it pass', () => {
    // @ts-expect-error `b` has no English text
    expect(() => createTranslator({ 'zh-TW': { a: '甲', b: '乙' }, en: { a: 'A' } })).toThrow(
      'b is missing in en',
    );
  });
});

describe('assertCompleteCatalogues', () => {
  test('it lists every gap at once', () => {
    const faulty = {
      'zh-TW': { a: '甲', b: '{name}', c: '丙', d: ' ' },
      en: { a: 'A', b: '{nmae}', d: 'D', e: 'E' },
    };
    expect(() => assertCompleteCatalogues(faulty)).toThrow(
      'catalogues: b has {name} in zh-TW and {nmae} in en; c is missing in en; d is empty; e is missing in zh-TW',
    );
  });
});

describe('languageOf', () => {
  const header = (value: string) => ({ headers: { 'accept-language': value } });

  test('the address wins over the cookie, the cookie over the browser', () => {
    const request = { query: { lang: 'en' }, cookies: { xinlu_lang: 'zh-TW' }, ...header('zh') };
    expect(languageOf(request)).toBe('en');
    expect(languageOf({ ...request, query: {} })).toBe('zh-TW');
    expect(languageOf({ cookies: {}, ...header('en') })).toBe('en');
  });

  test.each([
    ['zh-Hant-TW,zh;q=0.9,en;q=0.8', 'zh-TW'],
    ['en-US,en;q=0.9,zh-TW;q=0.8', 'en'],
    ['en;q=0.5, zh-CN;q=0.6', 'zh-TW'],
    ['fr-FR, ja', 'zh-TW'],
    ['fr, en;q=0.1', 'en'],
    ['en;q=0', 'zh-TW'],
    ['en;q=high', 'zh-TW'],
    ['', 'zh-TW'],
    [',;=,q', 'zh-TW'],
  ])('Accept-Language %j gives %s', (value, lang) => {
    expect(languageOf(header(value))).toBe(lang);
  });

  test.each([
    { query: { lang: 'fr' } },
    { query: { lang: ['en', 'en'] } },
    { query: { lang: '__proto__' } },
    { query: 'lang=en' },
    { query: null },
    { cookies: { xinlu_lang: '<script>' } },
    {},
  ])('when the request says %j, then it is zh-TW', (request) => {
    expect(languageOf(request)).toBe('zh-TW');
  });
});

describe('registerLanguage', () => {
  async function build() {
    const app = fastify();
    await app.register(cookie);
    registerLanguage(app, { secure: true });
    app.get('/', async (request) => request.lang);
    return app;
  }

  test('when a request asks for a language, then it has it and the cookie keeps it', async () => {
    const app = await build();
    const answer = await app.inject('/?lang=en');
    expect(answer.body).toBe('en');
    expect(answer.headers['set-cookie']).toBe(
      'xinlu_lang=en; Max-Age=31536000; Path=/; Secure; SameSite=Lax',
    );
    expect((await app.inject({ url: '/', cookies: { xinlu_lang: 'en' } })).body).toBe('en');
  });

  test('when nothing is asked for, or nonsense, then no cookie is set', async () => {
    const app = await build();
    for (const url of ['/', '/?lang=fr', '/?lang=en&lang=en']) {
      const answer = await app.inject(url);
      expect(answer.body).toBe('zh-TW');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});
