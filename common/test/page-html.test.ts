import { describe, expect, test } from 'vitest';
import { attributes, html, joinHtml, jsonData, safeAddress, trustedHtml } from '../src/page/index.ts';

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</textarea><script>alert(1)</script>',
  '&lt;script&gt;',
  '<svg/onload=alert(1)>',
  '\u0000<b>',
];

describe('html``', () => {
  test.each(ATTACKS)('when text holds %j, then none of it is markup', (attack) => {
    const inText = html`<p>${attack}</p>`.toString();
    expect(inText.slice(3, -4)).not.toMatch(/[<>"']/);
    const inAttribute = html`<p title="${attack}"></p>`.toString();
    expect(inAttribute.slice('<p title="'.length, -'"></p>'.length)).not.toMatch(/[<>"']/);
  });

  test('when an exclamation mark stands before a value, then the value is still escaped', () => {
    expect(html`你好!${'<b>'}`.toString()).toBe('你好!&#60;b&#62;');
  });

  test('when html`` is nested, joined or listed, then markup stays and its texts were escaped once', () => {
    const inner = html`<b>${'a & b'}</b>`;
    expect(html`<p>${inner}${[inner, '<']}</p>`.toString()).toBe(
      '<p><b>a &#38; b</b><b>a &#38; b</b>&#60;</p>',
    );
    expect(joinHtml([inner, '&']).toString()).toBe('<b>a &#38; b</b>&#38;');
  });

  test('when a value is nothing or false, then nothing is shown; zero is', () => {
    expect(html`<p>${undefined}${null}${false}${0}</p>`.toString()).toBe('<p>0</p>');
  });

  test('when an object pretends to be markup, then it is refused or escaped, never raw', () => {
    const pretender = { toString: () => '<b>' };
    // @ts-expect-error a plain object is no value for a template
    expect(() => html`<p>${pretender}</p>`).toThrow(TypeError);
    // @ts-expect-error neither is text where Html is asked for
    const typed: ReturnType<typeof html> = '<b>';
    expect(html`${typed}`.toString()).toBe('&#60;b&#62;');
  });

  test('when an attribute value stands without quotes, then the template is refused', () => {
    expect(() => html`<p class=${'x onclick=alert(1)'}></p>`).toThrow(TypeError);
    expect(html`<a href="/x?a=${'1'}">a = ${'2'}</a>`.toString()).toBe('<a href="/x?a=1">a = 2</a>');
    expect(html`<a title='a>b=${'1'}'>a=${'2'}</a>`.toString()).toBe("<a title='a>b=1'>a=2</a>");
  });

  test('trustedHtml is the one way to put markup in as it is', () => {
    expect(html`${trustedHtml('<i>x</i>')}`.toString()).toBe('<i>x</i>');
  });
});

describe('attributes', () => {
  test('text is quoted and escaped, true is a bare name, false and undefined are left out', () => {
    expect(
      attributes({ id: 'a"b', required: true, disabled: false, hint: undefined, rows: 0 }).toString(),
    ).toBe(' id="a&#34;b" required rows="0"');
  });

  test.each(['onclick', 'ID', 'a b', 'x=y', ''])('when a name is %j, then it is refused', (name) => {
    expect(() => attributes({ [name]: 'x' })).toThrow(TypeError);
  });
});

describe('safeAddress', () => {
  test.each([
    '/x',
    '?lang=en',
    '#field',
    'https://a.example/b',
    'http://localhost:4001/',
    'mailto:a@b.example',
  ])('%s may be linked', (address) => expect(safeAddress(address)).toBe(address));

  test.each([
    'javascript:alert(1)',
    ' JaVaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'http://[',
  ])('%j is refused', (address) => expect(() => safeAddress(address)).toThrow(TypeError));
});

describe('jsonData', () => {
  test('when a value closes the element, then it does not, and JSON.parse gives it back', () => {
    const value = { text: '</script><script>alert(1)</script><!--' };
    const block = jsonData('data', value).toString();
    expect(block.match(/<\/script>/g)).toHaveLength(1);
    const json = block.slice(block.indexOf('>') + 1, block.lastIndexOf('</script>'));
    expect(JSON.parse(json)).toEqual(value);
  });
});
