/** The reports in words: their own texts; figures and reports are named by the server. */
import { either, speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a source of orders; one without a word is shown as it is. */
export function sourceName(code: string): string {
  const key = `source.${code}`;
  return isKey(key) ? t(key) : code;
}

/** How a refund was worked out; a way without a word is shown as it is. */
export function planName(code: string): string {
  const key = `plan.${code}`;
  return isKey(key) ? t(key) : code;
}

/** What a row of a report is called. */
export function rowName(row: { label_zh: string; label_en: string }): string {
  return either(row.label_zh, row.label_en);
}
