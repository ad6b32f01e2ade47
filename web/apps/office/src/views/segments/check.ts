/** What is still missing in a condition, or cannot be so, by the very part that it concerns. */
import { groupsBelow, leavesOf, listed, numberOf, type Group, type Leaf } from './condition';
import { kindOf, WHOLE_HIGH, WHOLE_LOW, type Argument, type MeasureKind } from './measures';

export type FaultCode =
  | 'about_missing'
  | 'argument_missing'
  | 'argument_range'
  | 'group_empty'
  | 'n_over_of'
  | 'number_form'
  | 'number_missing'
  | 'number_range'
  | 'order'
  | 'recent_over_range'
  | 'word_form'
  | 'words_missing';

const DAYS_MAX = 36_500;
const NUMBER_MAX = 1_000_000_000_000;
const WORD = /^[^\s,()="']{1,80}$/;

function argumentFault(argument: Argument, leaf: Leaf): FaultCode | null {
  const text = (leaf.given[argument.name] ?? '').trim();
  if (text === '') return argument.needed ? 'argument_missing' : null;
  if (argument.sort !== 'whole') return WORD.test(text) ? null : 'word_form';
  const number = /^-?\d{1,6}$/.test(text) ? Number(text) : NaN;
  return number >= (argument.low ?? WHOLE_LOW) && number <= (argument.high ?? WHOLE_HIGH) ? null : 'argument_range';
}

/** What two arguments must be to each other. */
function togetherFault(leaf: Leaf): FaultCode | null {
  const at = (name: string): number => Number(leaf.given[name] || 0);
  if (leaf.measure === 'regularly' && at('n') > at('of')) return 'n_over_of';
  if ((leaf.measure === 'stopped' || leaf.measure === 'resumed') && at('range') <= at('recent')) return 'recent_over_range';
  if (leaf.measure === 'birthday' && at('from') > at('to')) return 'order';
  return leaf.measure === 'random' && at('from') >= at('to') ? 'order' : null;
}

function numberFault(text: string, kind: MeasureKind, currency: string): FaultCode | null {
  const number = numberOf(text, kind, currency);
  if (number === null) return text.trim() === '' ? 'number_missing' : 'number_form';
  return Math.abs(number) <= (kind.unit === 'days' ? DAYS_MAX : NUMBER_MAX) ? null : 'number_range';
}

function valueFault(leaf: Leaf, kind: MeasureKind, currency: string): FaultCode | null {
  if (leaf.how === 'yes' || leaf.how === 'no') return null;
  if (leaf.how === 'one_of') return leaf.words.length > 0 ? null : 'words_missing';
  if (leaf.how !== 'listed') {
    const texts = leaf.how === 'between' ? [leaf.first, leaf.second] : [leaf.first];
    const fault = texts.map((text) => numberFault(text, kind, currency)).find((one) => one !== null) ?? null;
    if (fault || leaf.how !== 'between') return fault;
    const [low, high] = texts.map((text) => numberOf(text, kind, currency) ?? 0);
    return (low ?? 0) < (high ?? 0) ? null : 'order';
  }
  const numbers = listed(leaf.first);
  if (numbers.length === 0) return 'number_missing';
  return numbers.map((text) => numberFault(text, kind, currency)).find((one) => one !== null) ?? null;
}

/** What is wrong with one leaf, the first thing only. */
export function leafFault(leaf: Leaf, currency: string): FaultCode | null {
  const kind = kindOf(leaf.measure);
  const about = (kind.alternatives ?? []).some((name) => leaf.given[name]);
  if (kind.alternative_needed && !about) return 'about_missing';
  for (const argument of kind.arguments) {
    const fault = argumentFault(argument, leaf);
    if (fault) return fault;
  }
  return togetherFault(leaf) ?? valueFault(leaf, kind, currency);
}

/** All that is wrong, by the id of its part. */
export function faultsIn(root: Group, currency: string): Map<number, FaultCode> {
  const found = new Map<number, FaultCode>();
  for (const group of groupsBelow(root)) if (group.parts.length === 0) found.set(group.id, 'group_empty');
  for (const leaf of leavesOf(root)) {
    const fault = leafFault(leaf, currency);
    if (fault) found.set(leaf.id, fault);
  }
  return found;
}
