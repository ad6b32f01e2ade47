/** The offers area in words: its own texts, and what the parts and codes of an offer are called. */
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

export type Coded =
  | 'asks'
  | 'backtest'
  | 'compare'
  | 'flag'
  | 'goods'
  | 'kind'
  | 'kind_about'
  | 'last'
  | 'return'
  | 'source'
  | 'span'
  | 'stack'
  | 'state'
  | 'tender'
  | 'weekday'
  | 'whose'
  | 'yes'
  | 'no';

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: Coded, code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** What a part of an effect is called: by its kind, else as it is called in any. */
export function partName(kind: string, part: string): string {
  const keys = [`part.${kind}.${part}`, `part.${part}`];
  const key = keys.find(isKey);
  return key && isKey(key) ? t(key) : part;
}

/** A word that a part of an effect may be. */
export function choiceName(kind: string, part: string, choice: string): string {
  const keys = [`choice.${kind}.${part}.${choice}`, `choice.${part}.${choice}`];
  const key = keys.find(isKey);
  return key && isKey(key) ? t(key) : choice;
}
