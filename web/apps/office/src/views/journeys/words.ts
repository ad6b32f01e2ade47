/** The journeys area in words: its own texts, and what the codes of a drawing are called. */
import { formatCount } from '@regulars/shared';
import { clockOf } from '../../clock';
import { dayIn, percentText } from '../../format';
import { giftWords } from '../../inputs/giftWords';
import { either, language, speaker } from '../../text';
import type { Fault } from './checks';
import { sortOf, type Drawing, type Step, type Trigger, type WaitStep, type Way } from './graph';
import en from './texts.en.json';
import zh from './texts.zh-CN.json';
import { spanOf } from './units';

type Key = keyof typeof zh;

export const t = speaker<Key>(zh, en);

export type Coded =
  | 'again' | 'channel' | 'compare' | 'every' | 'fact' | 'fault' | 'field' | 'learns' | 'of' | 'purpose' | 'reason'
  | 'sort' | 'state' | 'today' | 'unit' | 'until' | 'way' | 'weekday' | 'why';

function isKey(key: string): key is Key {
  return key in zh;
}

/** The word for a code of one kind; a code without a word is shown as it is. */
export function word(kind: Coded, code: string): string {
  const key = `${kind}.${code}`;
  return isKey(key) ? t(key) : code;
}

export const faultWord = (fault: Fault): string => word('fault', fault);

/** "2 days", "30 minutes". */
export function spanIn(minutes: number): string {
  const { count, unit } = spanOf(minutes);
  return t(`span.${unit}`, { count: formatCount(count) });
}

/** What the names that a drawing holds are called: of templates by code, of segments by id. */
export interface Names {
  template: (code: string) => string;
  segment: (id: string) => string;
  coupon: (code: string) => string;
}

/** A step in a few words, such as "SMS: Old friends come back". */
export function told(step: Step, names: Names): string {
  switch (step.kind) {
    case 'wait':
      return waitTold(step);
    case 'wait_for':
      return t('told.wait_for', { fact: word('fact', step.fact), span: spanIn(step.timeout_minutes) });
    case 'wait_sent':
      return t('told.wait_sent', { span: spanIn(step.timeout_minutes) });
    case 'branch':
      return conditionTold(step.condition, names);
    case 'split':
      return step.ways.map((way) => `${way.name} ${percentText(way.weight)}`).join(' · ');
    case 'act':
      return actTold(step, names);
    default:
      return word('sort', step.kind);
  }
}

function waitTold(step: WaitStep): string {
  const at = clockOf(step.minute ?? 600);
  switch (step.until) {
    case 'after':
      return spanIn(step.minutes ?? 0);
    case 'time':
      return step.days ? t('told.time_later', { count: step.days, at }) : t('told.time', { at });
    case 'day_part':
      return t('told.day_part', { from: clockOf(step.from_minute ?? 0), to: clockOf(step.to_minute ?? 0) });
    default:
      return yearlyTold(step.of ?? 'birthday', step.days ?? 0, at);
  }
}

function yearlyTold(of: string, days: number, at: string): string {
  const day = word('of', of);
  if (days === 0) return t('told.yearly_on', { day, at });
  return days < 0 ? t('told.yearly_before', { day, count: -days, at }) : t('told.yearly_after', { day, count: days, at });
}

function conditionTold(condition: Extract<Step, { kind: 'branch' }>['condition'], names: Names): string {
  if (condition.kind === 'one_of' && condition.field === 'segments') {
    return t('told.in_segment', { name: condition.values.map((id) => names.segment(String(id))).join(' / ') });
  }
  return t('told.condition');
}

function actTold(step: Extract<Step, { kind: 'act' }>, names: Names): string {
  switch (step.do) {
    case 'message':
      return `${step.channels.map((one) => word('channel', one)).join(' / ')} ${names.template(step.template)}`.trim();
    case 'gift':
      return giftWords(step.gift, names.coupon);
    case 'tag':
      return step.put === false ? t('told.tag_off', { tag: step.tag }) : t('told.tag_on', { tag: step.tag });
    default:
      return either(step.text_zh, step.text_en);
  }
}

/** A way out of a step: "Yes", "It happened", "Way B". */
export function wayTold(step: Step, way: Way): string {
  const [sort = '', key = ''] = way.name.split(':');
  if (step.kind === 'split') return step.ways[Number(key)]?.name ?? key;
  if (sort === 'reason') return t('way.because', { reason: word('reason', key) });
  return word('way', sort);
}

/** A step's number and sort, by which people speak of it: "3 · Message". */
export function titleOf(drawing: Drawing, order: readonly string[], name: string): string {
  const step = drawing.nodes[name];
  if (!step) return t('step.gone');
  return t('step.title', { number: order.indexOf(name) + 1, sort: word('sort', sortOf(step)) });
}

export function triggerTold(trigger: Trigger, names: Names): string {
  const at = clockOf(trigger.minute ?? 600);
  const segment = names.segment(trigger.segment_id ?? '');
  switch (trigger.kind) {
    case 'fact':
      return word('fact', trigger.fact ?? '');
    case 'segment':
      return trigger.moves === 'leaves' ? t('told.leaves', { segment }) : t('told.enters', { segment });
    case 'day':
      return yearlyTold(trigger.of ?? 'birthday', trigger.days ?? 0, at);
    case 'schedule':
      return t('told.schedule', { when: scheduleTold(trigger), at, segment });
    default:
      return t('told.manual');
  }
}

function scheduleTold(trigger: Trigger): string {
  switch (trigger.every) {
    case 'once':
      return trigger.on ? dayIn(language.value, trigger.on) : '';
    case 'week':
      return t('told.every_week', { day: word('weekday', String(trigger.day ?? 1)) });
    case 'month':
      return t('told.every_month', { day: trigger.day ?? 1 });
    default:
      return word('every', 'day');
  }
}
