/**
 * The texts of the back office in the language that is switched on now.
 *
 *     const t = speaker(zh, en); // an area's own two files: they are fetched with the area
 *     t('members.count', { count: 3 });
 */
import { eitherIn, filled, formatMoney, nameIn, type Language, type Named, type Parameters } from '@regulars/shared';
import { ref, watchEffect } from 'vue';
import en from './texts/en.json';
import zh from './texts/zh-CN.json';

const KEPT_AS = 'regulars.language';

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'zh-CN' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

export const language = ref<Language>(firstLanguage());
export const currency = ref('CNY');

watchEffect(() => {
  document.documentElement.lang = language.value;
});

/** Switch the language and remember it in this browser. */
export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT_AS, chosen);
}

export type Speaker<Key extends string> = (key: Key, parameters?: Parameters) => string;

/** The texts of one area; both files have the same keys, or the types do not fit. */
export function speaker<Key extends string>(chinese: Record<Key, string>, english: Record<Key, string>): Speaker<Key> {
  return (key, parameters) => filled((language.value === 'en' ? english : chinese)[key], parameters);
}

/** The texts of the shell and the parts. */
export const t = speaker<keyof typeof zh>(zh, en);

export function named(thing: Named): string {
  return nameIn(language.value, thing);
}

export function either(chinese: string, english: string): string {
  return eitherIn(language.value, chinese, english);
}

export function money(minor: number): string {
  return formatMoney(minor, currency.value);
}

/** Things said one after another: "A, B", "A、B". */
export function listed(words: readonly string[]): string {
  return words.join(t('list.comma'));
}
