import { expect, test } from 'vitest';
import { nameIn, textIn } from '../src';
import en from '../src/locales/en.json';
import zh from '../src/locales/zh-CN.json';

const placesOf = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((found) => found[1]))].sort();

test('both languages have the same texts', () => {
  expect(Object.keys(en)).toEqual(Object.keys(zh));
});

test('no text is empty, and both languages fill the same places', () => {
  const english: Record<string, string> = en;
  for (const [key, text] of Object.entries(zh)) {
    expect(text.trim(), key).not.toBe('');
    expect(english[key]?.trim(), key).not.toBe('');
    expect(placesOf(english[key] ?? ''), key).toEqual(placesOf(text));
  }
});

test('English texts hold no Chinese, but for the name of the language', () => {
  const chinese = Object.entries(en).filter(([, text]) => /\p{Script=Han}/u.test(text));
  expect(chinese.map(([key]) => key)).toEqual(['language.zh']);
});

test('one is one and many are many', () => {
  expect(textIn('en', 'cart.count', { count: 1 })).toBe('1 item');
  expect(textIn('en', 'cart.count', { count: 3 })).toBe('3 items');
  expect(textIn('zh-CN', 'cart.count', { count: 3 })).toBe('已点 3 件');
});

test('a name that is missing in one language is shown in the other', () => {
  expect(nameIn('en', { name_zh: '芒果冰', name_en: '' })).toBe('芒果冰');
  expect(nameIn('zh-CN', { name_zh: '', name_en: 'Mango ice' })).toBe('Mango ice');
});
