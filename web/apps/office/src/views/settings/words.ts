/** The rules in words: the page's texts, and what each rule and choice is called. */
import { money, speaker } from '../../text';
import fieldsEn from './fields.en.json';
import fieldsZh from './fields.zh-CN.json';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';

type FieldKey = keyof typeof fieldsZh;

export const t = speaker<keyof typeof zh>(zh, en);
const f = speaker<FieldKey>(fieldsZh, fieldsEn);

/** Some rules count for each whole unit of money, whatever the currency calls it. */
const MONEY_MINOR = 100;

function spoken(key: string, otherwise: string): string {
  return key in fieldsZh ? f(key as FieldKey, { amount: money(MONEY_MINOR) }) : otherwise;
}

/** What a rule is called. */
export function nameOf(field: string): string {
  return spoken(`name.${field}`, field);
}

/** What a rule changes in the shop. */
export function effectOf(field: string): string {
  return spoken(`effect.${field}`, '');
}

/** What one of a rule's choices is called. */
export function choiceOf(field: string, code: string): string {
  return spoken(`choice.${field}.${code}`, code);
}

/** What a rule's zero means; "" where it is a number like any other. */
export function zeroOf(field: string): string {
  return spoken(`zero.${field}`, '');
}

export function groupName(group: string): string {
  return spoken(`group.${group}`, group);
}

/** What a part of a value is called. */
export function partOf(part: string): string {
  return spoken(`part.${part}`, part);
}
