/** The approvals area in words. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: 'aim' | 'channel' | 'purpose', code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}
