/** The member records in words: their own texts, and what the server's codes are called. */
import { language, speaker } from '../../text';
import { birthdayIn, lunarDay } from './birthday';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

export type Coded = 'channel' | 'column' | 'evidence' | 'field' | 'gender' | 'kind' | 'part' | 'purpose' | 'state' | 'way';

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: Coded, code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** What stands in the way of a merge, by the code of the refusal. */
export function wayWord(code: string): string {
  const key = `way.${code}`;
  return isKey(key) ? t(key) : t('way.other');
}

/** Why a row of a list was refused, with its column as the page calls it; empty where the server's own words do. */
export function reasonWord(code: string, column: string): string {
  const key = `reason.${code}`;
  return column && isKey(key) ? t(key, { column: word('column', column) }) : '';
}

/** A birthday in words, as far as it may be seen. */
export function birthdayWords(told: string): string {
  const lunar = lunarDay(told);
  return lunar ? t('birthday.lunar', lunar) : birthdayIn(language.value, told);
}
