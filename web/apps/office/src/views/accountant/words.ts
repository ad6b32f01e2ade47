/** The accounts area in words. */
import { formatCount } from '@regulars/shared';
import { money, speaker } from '../../text';
import type { Difference } from './proof';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: 'account' | 'error' | 'flow' | 'job' | 'proof' | 'run' | 'untold', code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

const PASS = 'PASS.';

/** What a unit counts: "Pass TEA10 (uses)" for "PASS.TEA10". */
export function unitWords(account: string, unit: string): string {
  return unit.startsWith(PASS) ? t('unit.pass', { code: unit.slice(PASS.length) }) : word('account', account);
}

/** What a line of a settlement counts, by its unit alone. */
export function unitOnly(unit: string): string {
  if (unit === 'PT') return word('account', 'points');
  return unitWords(unit.endsWith('.bonus') ? 'bonus' : 'principal', unit);
}

/** Whether an account or a unit is shown as money. */
export function isMoney(unit: string): boolean {
  return unit !== 'PT' && unit !== 'GV' && !unit.startsWith(PASS);
}

/** An amount as its unit is read: money, or a count. */
export function amount(unit: string, figure: number): string {
  return isMoney(unit) ? money(figure) : formatCount(figure);
}

/** A difference that a proof found, as a sentence: which row, what it should be and what it is. */
export function faultWords(check: string, one: Difference): string {
  const places = {
    row: one.subject ?? (one.account === null ? t('run.row') : t('run.account', { number: one.account })),
    wanted: one.wanted === null ? '–' : formatCount(one.wanted),
    found: one.found === null ? '–' : formatCount(one.found),
  };
  const key = [`fault.${check}.${one.what}`, `fault.${one.what}`].find(isKey);
  return key ? t(key, places) : t('run.fault', { ...places, what: one.what });
}
