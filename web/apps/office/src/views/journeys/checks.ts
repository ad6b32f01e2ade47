/** What is wrong with a drawing before it is sent, at the step where it is wrong. */
import type { Gift } from '../../inputs/gifts';
import { NO_NUMBER } from '../../inputs/numbers';
import { rowsOf, type Condition } from './conditions';
import { reachedIn } from './edits';
import { waysOf, type Drawing, type Step, type Trigger } from './graph';

export type Fault =
  | 'target' | 'unreachable' | 'loop' | 'template' | 'channels' | 'gift' | 'text' | 'weights' | 'time' | 'tag'
  | 'condition' | 'step' | 'amount' | 'filter';

const CHANCES = 10_000;

export function faultsIn(drawing: Drawing): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>();
  const add = (name: string, fault: Fault): void => {
    found.set(name, [...(found.get(name) ?? []), fault]);
  };
  const reached = reachedIn(drawing.nodes, drawing.start);
  const looped = loopOf(drawing);
  for (const [name, step] of Object.entries(drawing.nodes)) {
    if (!reached.has(name)) add(name, 'unreachable');
    if (looped.has(name)) add(name, 'loop');
    if (waysOf(step).some((way) => !(way.to in drawing.nodes))) add(name, 'target');
    for (const fault of ownFaults(step, drawing)) add(name, fault);
  }
  return found;
}

/** The steps that lie on a loop or lead into one: those left when ends are taken away again and again. */
function loopOf(drawing: Drawing): Set<string> {
  const left = new Map(Object.entries(drawing.nodes).map(([name, step]) => [name, new Set(waysOf(step).map((way) => way.to))]));
  for (;;) {
    const ends = [...left].filter(([, ways]) => [...ways].every((to) => !left.has(to))).map(([name]) => name);
    if (ends.length === 0) return new Set(left.keys());
    for (const end of ends) left.delete(end);
  }
}

function ownFaults(step: Step, drawing: Drawing): Fault[] {
  switch (step.kind) {
    case 'wait':
      return isTimed(step) ? [] : ['time'];
    case 'wait_for':
      return [...(step.timeout_minutes > 0 ? [] : (['time'] as const)), ...(isFilled(step.where) ? [] : (['filter'] as const))];
    case 'wait_sent': {
      const written = drawing.nodes[step.step];
      const fits = written?.kind === 'act' && written.do === 'message';
      return [...(fits ? [] : (['step'] as const)), ...(step.timeout_minutes > 0 ? [] : (['time'] as const))];
    }
    case 'branch':
      return step.condition.kind === 'all' && step.condition.parts.length === 0 ? ['condition'] : [];
    case 'split': {
      const fits = step.ways.reduce((sum, way) => sum + way.weight, 0) === CHANCES;
      return fits && new Set(step.ways.map((way) => way.name)).size === step.ways.length ? [] : ['weights'];
    }
    case 'act':
      return actFaults(step);
    default:
      return [];
  }
}

function isTimed(step: Extract<Step, { kind: 'wait' }>): boolean {
  if (step.until === 'after') return (step.minutes ?? 0) > 0;
  if (step.until !== 'day_part') return true;
  return (step.from_minute ?? 0) < (step.to_minute ?? 0) && (step.weekdays ?? [1]).length > 0;
}

function actFaults(step: Extract<Step, { kind: 'act' }>): Fault[] {
  switch (step.do) {
    case 'message':
      return [...(step.template ? [] : (['template'] as const)), ...(step.channels.length > 0 ? [] : (['channels'] as const))];
    case 'gift':
      if (isEmptyGift(step.gift)) return ['gift'];
      return step.gift.bonus_minor === NO_NUMBER || step.cost_minor === NO_NUMBER ? ['amount'] : [];
    case 'tag':
      return step.tag.trim() ? [] : ['tag'];
    default:
      return step.text_zh.trim() && step.text_en.trim() ? [] : ['text'];
  }
}

/** What keeps a trigger from being saved. */
export function triggerFault(trigger: Trigger): Fault | null {
  if (trigger.kind === 'fact') return isFilled(trigger.where) ? null : 'filter';
  const isOfSegment = trigger.kind === 'segment' || trigger.kind === 'schedule';
  return isOfSegment && !trigger.segment_id ? 'condition' : null;
}

/** Whether every row of a filter has something to compare with. */
function isFilled(where: Condition | null | undefined): boolean {
  return (rowsOf(where) ?? []).every((row) => row.value !== '' && row.value !== NO_NUMBER);
}

export function isEmptyGift(gift: Readonly<Gift>): boolean {
  return Object.values(gift).every((value) => (Array.isArray(value) ? value.length === 0 : !value));
}
