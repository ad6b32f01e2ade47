/**
 * A condition as the builder edits it: groups and leaves, each of which may be turned into its
 * contrary. The server's own form goes in and comes out.
 *
 *     conditionOf(treeFrom({ kind: 'compare', field: 'visits', is: 'at_least', value: 3 }, 'CNY'), 'CNY');
 */
import { formatAmount, parseAmount } from '@regulars/shared';
import { kindOf, measureFrom, written, type MeasureKind } from './measures';

export type How = 'at_least' | 'at_most' | 'more' | 'less' | 'equal' | 'between' | 'listed' | 'yes' | 'no' | 'one_of';

export interface Leaf {
  id: number;
  kind: 'leaf';
  not: boolean;
  measure: string;
  given: Record<string, string>;
  how: How;
  /** Numbers as they are typed: an amount in whole and decimal, "40" or "40.50". */
  first: string;
  second: string;
  words: string[];
}

export interface Group {
  id: number;
  kind: 'group';
  not: boolean;
  join: 'all' | 'any';
  parts: Part[];
}

export type Part = Leaf | Group;
export type Data = Record<string, unknown>;

const COMPARED: readonly How[] = ['at_least', 'at_most', 'more', 'less', 'equal'];
let count = 0;

/** How a measure may be held against something. */
export function howsOf(kind: MeasureKind): readonly How[] {
  if (kind.result === 'number') return [...COMPARED, 'between', 'listed'];
  return kind.result === 'yes_no' ? ['yes', 'no'] : ['one_of'];
}

export function newLeaf(measure: string): Leaf {
  const how = howsOf(kindOf(measure))[0] ?? 'yes';
  count += 1;
  return { id: count, kind: 'leaf', not: false, measure, given: {}, how, first: '', second: '', words: [] };
}

export function newGroup(join: 'all' | 'any', parts: Part[] = []): Group {
  count += 1;
  return { id: count, kind: 'group', not: false, join, parts };
}

/** The number that was typed, in the server's units; null: it is none. */
export function numberOf(text: string, kind: MeasureKind, currency: string): number | null {
  const typed = text.trim().replace('−', '-');
  const size = typed.replace(/^-/, '');
  const found = kind.unit === 'minor' ? parseAmount(size, currency) : /^\d{1,13}$/.test(size) ? Number(size) : null;
  return found !== null && typed.startsWith('-') && found !== 0 ? -found : found;
}

function typedAs(value: unknown, kind: MeasureKind, currency: string): string {
  if (typeof value !== 'number') return '';
  if (kind.unit !== 'minor') return String(value);
  const size = formatAmount(Math.abs(value), currency).replaceAll(',', '').replace(/\.0+$/, '');
  return value < 0 ? `-${size}` : size;
}

function leafFrom(data: Data, currency: string): Leaf {
  const { measure, given } = measureFrom(String(data.field));
  const kind = kindOf(measure);
  const leaf: Leaf = { ...newLeaf(measure), given: { ...given } };
  const typed = (value: unknown): string => typedAs(value, kind, currency);
  if (kind.result === 'yes_no') return { ...leaf, how: data.value === false ? 'no' : 'yes' };
  const values = Array.isArray(data.values) ? (data.values as unknown[]) : [data.value];
  if (kind.result !== 'number') return { ...leaf, words: values.map(String) };
  if (data.kind === 'one_of') return { ...leaf, how: 'listed', first: values.map(typed).join(' ') };
  if (data.kind === 'compare') {
    const how = COMPARED.find((one) => one === data.is) ?? 'equal';
    return { ...leaf, how, first: typed(data.value) };
  }
  if (data.high === null) return { ...leaf, how: 'at_least', first: typed(data.low) };
  if (data.low === null) return { ...leaf, how: 'less', first: typed(data.high) };
  return { ...leaf, how: 'between', first: typed(data.low), second: typed(data.high) };
}

function partFrom(data: Data, currency: string): Part {
  if (data.kind === 'not') {
    const part = partFrom(data.part as Data, currency);
    return { ...part, not: !part.not };
  }
  if (data.kind === 'all' || data.kind === 'any') {
    const parts = (data.parts as Data[]).map((part) => partFrom(part, currency));
    return newGroup(data.kind, parts);
  }
  return leafFrom(data, currency);
}

/** The condition as one group, whatever it begins with. */
export function treeFrom(data: Data, currency: string): Group {
  const part = partFrom(data, currency);
  return part.kind === 'group' && !part.not ? part : newGroup('all', [part]);
}

/** The numbers of a list: "3, 5 8". */
export function listed(text: string): string[] {
  return text.split(/[\s,;\uFF0C\u3001\uFF1B]+/).filter(Boolean);
}

function leafData(leaf: Leaf, currency: string): Data {
  const kind = kindOf(leaf.measure);
  const field = written(leaf);
  const number = (text: string): number | null => numberOf(text, kind, currency);
  if (leaf.how === 'yes' || leaf.how === 'no') return { kind: 'compare', field, is: 'equal', value: leaf.how === 'yes' };
  if (leaf.how === 'between') return { kind: 'within', field, low: number(leaf.first), high: number(leaf.second) };
  if (leaf.how === 'listed') return { kind: 'one_of', field, values: listed(leaf.first).map(number) };
  if (leaf.how !== 'one_of') return { kind: 'compare', field, is: leaf.how, value: number(leaf.first) };
  if (kind.result === 'word' && leaf.words.length === 1) return { kind: 'compare', field, is: 'equal', value: leaf.words[0] };
  return { kind: 'one_of', field, values: [...leaf.words] };
}

function partData(part: Part, currency: string): Data {
  const data =
    part.kind === 'leaf' ? leafData(part, currency) : { kind: part.join, parts: part.parts.map((one) => partData(one, currency)) };
  return part.not ? { kind: 'not', part: data } : data;
}

/** The condition in the server's form; a group of one is that one. */
export function conditionOf(root: Group, currency: string): Data {
  const [only] = root.parts;
  return root.parts.length === 1 && only ? partData(only, currency) : partData(root, currency);
}

/** Every leaf, from the first to the last. */
export function leavesOf(part: Part): Leaf[] {
  return part.kind === 'leaf' ? [part] : part.parts.flatMap(leavesOf);
}

/** Every group below a group. */
export function groupsBelow(group: Group): Group[] {
  return group.parts.flatMap((part) => (part.kind === 'group' ? [part, ...groupsBelow(part)] : []));
}
