/** What waits for somebody in words: its own texts, and what the server's codes are called. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** What was done about a low mark; a code without a word is shown as it is. */
export function deedWord(code: string): string {
  const key = `deed.${code}`;
  return isKey(key) ? t(key) : code;
}
