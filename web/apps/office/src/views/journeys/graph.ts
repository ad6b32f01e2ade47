/**
 * A journey as it is drawn: its steps by their names, and the ways between them.
 *
 *     { start: 'ten', nodes: { ten: { kind: 'wait', … next: 'write' }, write: { … } }, triggers: […] }
 */
import type { Gift } from '../../inputs/gifts';
import type { Condition } from './conditions';

export interface WaitStep {
  kind: 'wait';
  until: 'after' | 'time' | 'day_part' | 'yearly';
  minutes?: number;
  minute?: number;
  days?: number;
  from_minute?: number;
  to_minute?: number;
  weekdays?: number[];
  of?: 'birthday' | 'joined';
  next: string;
}
export interface WaitForStep {
  kind: 'wait_for';
  fact: string;
  timeout_minutes: number;
  happened: string;
  timed_out: string;
  where?: Condition | null;
}
export interface WaitSentStep {
  kind: 'wait_sent';
  step: string;
  timeout_minutes: number;
  sent: string;
  not_sent: string;
  unsure?: string | null;
  reasons?: Record<string, string>;
}
export interface BranchStep {
  kind: 'branch';
  condition: Condition;
  yes: string;
  no: string;
}
export interface SplitWay {
  name: string;
  weight: number;
  next: string;
}
export interface SplitStep {
  kind: 'split';
  salt?: string;
  ways: SplitWay[];
  learns?: 'profit' | 'visits';
}
interface Acts {
  kind: 'act';
  next: string;
  failed?: string | null;
}
export interface MessageStep extends Acts {
  do: 'message';
  template: string;
  channels: string[];
  valid_minutes: number;
  values?: Record<string, string | number>;
  expected_value_minor?: number;
}
export interface GiftStep extends Acts {
  do: 'gift';
  gift: Gift;
  cost_minor?: number;
}
export interface TagStep extends Acts {
  do: 'tag';
  tag: string;
  put?: boolean;
}
export interface TaskStep extends Acts {
  do: 'task';
  text_zh: string;
  text_en: string;
}
export interface EndStep {
  kind: 'goal' | 'exit';
}
export type ActStep = MessageStep | GiftStep | TagStep | TaskStep;
export type Step = WaitStep | WaitForStep | WaitSentStep | BranchStep | SplitStep | ActStep | EndStep;

export const SORTS = [
  'wait', 'wait_for', 'wait_sent', 'branch', 'split', 'message', 'gift', 'tag', 'task', 'goal', 'exit',
] as const;
/** What a step is, where it does something also what it does. */
export type Sort = (typeof SORTS)[number];

export interface Trigger {
  kind: 'fact' | 'segment' | 'day' | 'schedule' | 'manual';
  fact?: string;
  where?: Condition | null;
  segment_id?: string;
  moves?: 'enters' | 'leaves';
  of?: 'birthday' | 'joined';
  days?: number;
  minute?: number;
  every?: 'once' | 'day' | 'week' | 'month';
  day?: number;
  on?: string | null;
}
export interface Exits {
  goals?: { fact: string; where?: Condition | null }[];
  left_segment?: string | null;
  without_consent?: boolean;
}
export interface Drawing {
  start: string;
  nodes: Record<string, Step>;
  triggers: Trigger[];
  who?: Condition | null;
  reentry?: { again: 'never' | 'after_exit' | 'after_days' | 'every_occasion'; days?: number };
  exits?: Exits;
  valid_days?: number;
  purpose?: 'marketing' | 'service';
  priority?: number;
  control?: number;
  last_on?: string | null;
}

/** One way out of a step: `next`, `yes`, `reason:no_consent`, `way:0` …, and where it leads. */
export interface Way {
  name: string;
  to: string;
}

export function sortOf(step: Step): Sort {
  return step.kind === 'act' ? step.do : step.kind;
}

export function waysOf(step: Step): Way[] {
  switch (step.kind) {
    case 'wait':
      return [{ name: 'next', to: step.next }];
    case 'wait_for':
      return [{ name: 'happened', to: step.happened }, { name: 'timed_out', to: step.timed_out }];
    case 'wait_sent':
      return [
        { name: 'sent', to: step.sent },
        { name: 'not_sent', to: step.not_sent },
        ...(step.unsure ? [{ name: 'unsure', to: step.unsure }] : []),
        ...Object.entries(step.reasons ?? {}).map(([reason, to]) => ({ name: `reason:${reason}`, to })),
      ];
    case 'branch':
      return [{ name: 'yes', to: step.yes }, { name: 'no', to: step.no }];
    case 'split':
      return step.ways.map((way, at) => ({ name: `way:${at}`, to: way.next }));
    case 'act':
      return [{ name: 'next', to: step.next }, ...(step.failed ? [{ name: 'failed', to: step.failed }] : [])];
    default:
      return [];
  }
}

/** The same step, one of its ways leading elsewhere. */
export function withWay(step: Step, name: string, to: string): Step {
  const [sort = '', key = ''] = name.split(':');
  if (step.kind === 'split' && sort === 'way') {
    return { ...step, ways: step.ways.map((way, at) => (at === Number(key) ? { ...way, next: to } : way)) };
  }
  if (step.kind === 'wait_sent' && sort === 'reason') return { ...step, reasons: { ...step.reasons, [key]: to } };
  return { ...step, [name]: to };
}

/** The same step, each of its ways leading where `lead` says. */
export function led(step: Step, lead: (to: string) => string): Step {
  return waysOf(step).reduce((so, way) => withWay(so, way.name, lead(way.to)), step);
}

/** A definition as the server keeps it: it was checked there when it was saved. */
export function drawingOf(definition: Readonly<Record<string, unknown>>): Drawing {
  return definition as unknown as Drawing;
}

/** A definition in letters that are the same whatever order its names were kept in. */
export function lettersOf(definition: unknown): string {
  return JSON.stringify(definition, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

export const EMPTY: Drawing = {
  start: 'end',
  nodes: { end: { kind: 'exit' } },
  triggers: [],
  purpose: 'marketing',
  valid_days: 30,
  priority: 5,
  control: 1_000,
};
