/**
 * Texts in both languages of the shop, with typed keys.
 *
 *     "{count} {count|point|points}" with count 1 is "1 point", with count 2 "2 points".
 */
import en from './locales/en.json';
import zh from './locales/zh-CN.json';

export type Language = 'zh-CN' | 'en';
export type TextKey = keyof typeof zh;
export type Parameters = Readonly<Record<string, string | number>>;

export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

const TEXTS: Record<Language, Record<TextKey, string>> = { 'zh-CN': zh, en };
const PLACE = /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g;

/** The text of a key in one language, its places filled. */
export function textIn(language: Language, key: TextKey, parameters: Parameters = {}): string {
  return filled(TEXTS[language][key], parameters);
}

/** A text with its places filled. */
export function filled(template: string, parameters: Parameters = {}): string {
  return template.replace(PLACE, (_, name: string, one?: string, many?: string) => {
    const value = parameters[name] ?? '';
    if (one === undefined || many === undefined) return String(value);
    return Number(value) === 1 ? one : many;
  });
}

/** Anything that the server names in both languages. */
export interface Named {
  name_zh: string;
  name_en: string;
}

/** The name in one language; either stands in for the other when it is empty. */
export function nameIn(language: Language, named: Named): string {
  return language === 'en' ? named.name_en || named.name_zh : named.name_zh || named.name_en;
}

/** One of two texts that belong together, by the same rule as names. */
export function eitherIn(language: Language, chinese: string, english: string): string {
  return nameIn(language, { name_zh: chinese, name_en: english });
}
