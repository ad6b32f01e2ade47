/** The segments area in words: its own texts, and what the server's codes are called. */
import { formatCount } from '@regulars/shared';
import { speaker } from '../../text';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

export type Coded = 'arg' | 'channel' | 'consent' | 'contact' | 'door' | 'fault' | 'how' | 'language' | 'measure' | 'period' | 'rfm' | 'stage' | 'state' | 'told' | 'topic' | 'unit';

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: Coded, code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

/** What an argument is called; where a measure uses it its own way, by that. */
export function argumentWord(measure: string, argument: string): string {
  const own = `arg.${measure}.${argument}`;
  return isKey(own) ? t(own) : word('arg', argument);
}

/** "1 day", "30 days": so many of a unit. */
export function amountWord(unit: string, count: number): string {
  const key = `amount.${unit}`;
  const shown = formatCount(count);
  return isKey(key) ? t(key, { count, shown }) : shown;
}
