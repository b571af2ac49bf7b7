import { expect, test } from 'vitest';
import { html } from '#src/html.ts';
import { plainText, whatsappText, withCodes } from '#src/simulator/message-text.ts';

const attacks = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onclick='x", '&lt;b&gt;', '</b>'];

test.each(attacks)('%s stays text, in content and in an attribute', (attack) => {
  const made = html`<p title="${attack}">${attack}</p>`.toString();
  expect(made).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/);
  expect(made).not.toContain(attack);
});

test('markup of the tag itself is kept, alone and in lists', () => {
  const rows = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
  expect(html`<ul>${rows}</ul>`.toString()).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>');
});

test('nothing is written for what is not there, and zero is something', () => {
  expect(html`<p>${null}${undefined}${false}${0}</p>`.toString()).toBe('<p>0</p>');
});

test('an attribute without quotes is refused', () => {
  expect(() => html`<p title=${'a'}>`).toThrow(TypeError);
});

test('bold is shown as WhatsApp shows it', () => {
  const shown = (text: string) => whatsappText(text).toString();
  expect(shown('Ketik *YA*, atau *nomor kartu*.')).toBe(
    'Ketik <strong>YA</strong>, atau <strong>nomor kartu</strong>.',
  );
  for (const plain of ['2*3*4', '* a *', '*a\nb*', '0812 **** **11', '**']) expect(shown(plain)).toBe(plain);
});

test('an address of a page becomes a link, with nothing of the sentence around it', () => {
  expect(plainText('Buka http://localhost:3000/pin/abc.').toString()).toBe(
    'Buka <a href="http://localhost:3000/pin/abc" target="_blank" rel="noreferrer">http://localhost:3000/pin/abc</a>.',
  );
  expect(plainText('javascript:alert(1)').toString()).toBe('javascript:alert(1)');
});

test('a code can be typed by a tap, and a longer number is no code', () => {
  expect(withCodes('Kode 123456.', plainText).toString()).toMatch(/Kode <button[^>]*data-fill="123456"[^>]*>123456</);
  expect(withCodes('NIK 9901014506850001, +628123', plainText).toString()).not.toContain('button');
});
