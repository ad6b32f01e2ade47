import { expect, test } from 'vitest';
import { bareIn, channelsOf, coded, inserted, placed, strangeIn, usedIn, withChannel, worded } from '../src/views/messages/template';

test('a channel comes with a text in each language', () => {
  const both = withChannel(withChannel([], 'sms'), 'till');
  expect(both.map((one) => `${one.channel} ${one.language}`)).toEqual(['sms zh-CN', 'sms en', 'till zh-CN', 'till en']);
  expect(channelsOf(both)).toEqual(['sms', 'till']);
});

test('the names in a text are found, with or without a fallback', () => {
  expect(usedIn('{{name|fallback:"friend"}}, {{ points }} and {{tier}}')).toEqual([
    { name: 'name', guarded: true },
    { name: 'points', guarded: false },
    { name: 'tier', guarded: false },
  ]);
});

test('what may be missing needs a fallback, but for a link that leads somewhere', () => {
  const nullable = new Set(['name', 'coupon', 'link']);
  expect(bareIn('{{name}} {{points}} {{link}} {{name}}', nullable, {})).toEqual(['name', 'link']);
  expect(bareIn('{{name|fallback:"x"}} {{link}}', nullable, { link: 'https://shop.example' })).toEqual([]);
});

test('a name goes in where the caret stood', () => {
  expect(placed('points', null)).toBe('{{points}}');
  expect(placed('name', 'dear "friend"')).toBe('{{name|fallback:"dear friend"}}');
  expect(inserted('Hello !', placed('tier', null), 6, 'en')).toBe('Hello {{tier}}!');
});

test('English words keep their distance from a name, Chinese ones do not', () => {
  expect(inserted('Helloagain', '{{tier}}', 5, 'en')).toBe('Hello {{tier}} again');
  expect(inserted('', '{{tier}}', 0, 'en')).toBe('{{tier}}');
  expect(inserted('您好再来', '{{tier}}', 2, 'zh-CN')).toBe('您好{{tier}}再来');
});

const NAMES = [
  { name: 'name', name_zh: '会员称呼', name_en: "Member's name" },
  { name: 'points', name_zh: '可用积分', name_en: 'Points' },
];

test('a text is read with names in words and kept with their tags', () => {
  const kept = 'Hi {{name|fallback:"friend"}}, {{points}} points';
  expect(worded(kept, NAMES, 'en')).toBe("Hi {Member's name: friend}, {Points} points");
  expect(worded(kept, NAMES, 'zh-CN')).toBe('Hi {会员称呼：friend}, {可用积分} points');
  for (const language of ['en', 'zh-CN'] as const) expect(coded(worded(kept, NAMES, language), NAMES)).toBe(kept);
});

test('what no word can say stays as it is kept, and a fallback that is still empty guards nothing', () => {
  const kept = '{{day|date:"M-d"}} {{unheard}} {points}';
  expect(worded(kept, NAMES, 'en')).toBe(kept);
  expect(coded(kept, NAMES)).toBe(kept);
  expect(strangeIn(kept)).toEqual(['{points}']);
  expect(usedIn(coded("{Member's name: }", NAMES))).toEqual([{ name: 'name', guarded: false }]);
});
