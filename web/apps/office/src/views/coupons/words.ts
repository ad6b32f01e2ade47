/** The coupons area in words. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a state; a state without a word is shown as it is. */
export function stateWord(kind: 'batch' | 'type', state: string): string {
  const key = `${kind}.${state}`;
  return isKey(key) ? t(key) : state;
}
