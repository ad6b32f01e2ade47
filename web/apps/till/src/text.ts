/** The texts of this till in the language that is switched on now. */
import {
  eitherIn,
  formatMoney,
  nameIn,
  textIn,
  type Language,
  type Named,
  type Parameters,
  type TextKey,
} from '@regulars/shared';
import { ref, watchEffect } from 'vue';

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

/** Switch the language and remember it on this till. */
export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT_AS, chosen);
}

export function t(key: TextKey, parameters?: Parameters): string {
  return textIn(language.value, key, parameters);
}

export function named(thing: Named): string {
  return nameIn(language.value, thing);
}

export function either(chinese: string, english: string): string {
  return eitherIn(language.value, chinese, english);
}

export function money(minor: number): string {
  return formatMoney(minor, currency.value);
}
