/** Every text a person sees stands in the translation files, in both languages. */
import { parse, type SFCTemplateBlock } from 'vue/compiler-sfc';
import { expect, test } from 'vitest';

const HAN = /\p{Script=Han}/u;
const LETTER = /\p{L}/u;
const SEEN = new Set(['title', 'placeholder', 'label', 'alt', 'aria-label', 'content', 'description']);

const texts = import.meta.glob<Record<string, string>>('../src/**/*.json', { eager: true, import: 'default' });
const code = Object.entries(import.meta.glob<string>('../src/**/*.{vue,ts}', { eager: true, import: 'default', query: '?raw' }));
const pairs = Object.entries(texts)
  .filter(([name]) => name.endsWith('zh-CN.json'))
  .map(([name, zh]) => ({ name, zh, en: texts[name.replace('zh-CN', 'en')] ?? {} }));
const places = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((found) => found[1]))].sort();

type Node = NonNullable<SFCTemplateBlock['ast']>['children'][number];

/** The words that stand in a template itself. */
function wordsIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => {
    // 2 is a text, 1 an element; an attribute of an element is a 6.
    if (node.type === 2) return LETTER.test(node.content) ? [node.content.trim()] : [];
    if (node.type !== 1) return [];
    const own = node.props.flatMap((prop) =>
      prop.type === 6 && SEEN.has(prop.name) && LETTER.test(prop.value?.content ?? '') ? [prop.value?.content ?? ''] : [],
    );
    return [...own, ...wordsIn(node.children)];
  });
}

test('each text file has its twin with the same keys, and no text is empty', () => {
  expect(pairs.length).toBeGreaterThan(2);
  for (const { name, zh, en } of pairs) {
    expect(Object.keys(en), name).toEqual(Object.keys(zh));
    expect(Object.keys(zh), name).toEqual(Object.keys(zh).sort());
    for (const text of [...Object.values(zh), ...Object.values(en)]) expect(text.trim(), name).not.toBe('');
  }
});

test('both languages fill the same places', () => {
  for (const { name, zh, en } of pairs) {
    for (const [key, text] of Object.entries(zh)) expect(places(en[key] ?? ''), `${name} ${key}`).toEqual(places(text));
  }
});

test('English texts hold no Chinese, but for the name of the language', () => {
  const chinese = pairs.flatMap(({ en }) => Object.entries(en).filter(([, text]) => HAN.test(text)));
  expect(chinese.map(([key]) => key)).toEqual(['language.other', 'top.language']);
});

test('no template and no script says anything outside the translation files', () => {
  expect(code.length).toBeGreaterThan(30);
  const spoken = code.filter(([name]) => name.endsWith('.vue')).flatMap(([name, text]) => {
    const { descriptor } = parse(text);
    return wordsIn(descriptor.template?.ast?.children ?? []).map((word) => `${name}: ${word}`);
  });
  const chinese = code
    .filter(([, text]) => HAN.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|<!--[\s\S]*?-->/gm, '')))
    .map(([name]) => name);
  expect(spoken).toEqual([]);
  expect(chinese).toEqual([]);
});

test('a word that stands in a template is found', () => {
  const { descriptor } = parse('<template><p title="Hello">{{ t("a") }} · <b>World</b></p></template>');
  expect(wordsIn(descriptor.template?.ast?.children ?? [])).toEqual(['Hello', 'World']);
});
