/**
 * The measures by which members are told apart, as the server knows them, and their text in a leaf.
 *
 *     written({ measure: 'visits_in', given: { days: '30', channel: '' } }); // "visits_in(days=30)"
 */
import known from './measures.json';

export interface Argument {
  name: string;
  sort: 'whole' | 'id' | 'word' | 'step';
  needed?: boolean;
  default?: string | number;
  low?: number;
  high?: number;
  choices?: readonly string[];
}

export interface MeasureKind {
  name: string;
  group: Topic;
  result: 'number' | 'word' | 'words' | 'yes_no';
  unit?: 'times' | 'minor' | 'days' | 'points' | 'pieces';
  arguments: readonly Argument[];
  /** Of these arguments at most one is given. */
  alternatives?: readonly string[];
  alternative_needed?: boolean;
}

export type Topic = 'visits' | 'goods' | 'value' | 'person';

export interface Asked {
  measure: string;
  given: Readonly<Record<string, string>>;
}

export const TOPICS: readonly Topic[] = ['visits', 'goods', 'value', 'person'];
export const WHOLE_LOW = 1;
export const WHOLE_HIGH = 3_660;
const WHOLE_BASIS_POINTS = 10_000;

// The file is held against the server's own list by a test.
export const MEASURES = known as unknown as readonly MeasureKind[];
const BY_NAME = new Map(MEASURES.map((kind) => [kind.name, kind]));
const FALLBACK: MeasureKind = { name: 'everyone', group: 'person', result: 'yes_no', arguments: [] };

export function kindOf(name: string): MeasureKind {
  return BY_NAME.get(name) ?? FALLBACK;
}

/** What the figure of a measure counts; the code of a word. */
export function unitOf(kind: MeasureKind): string {
  return kind.name === 'stores_in' ? 'stores' : (kind.unit ?? '');
}

/** Whether an argument is a share of the whole: sent in basis points, typed in percent. */
export function isShare(argument: Argument): boolean {
  return argument.sort === 'whole' && argument.high === WHOLE_BASIS_POINTS;
}

/** What goods a measure may be about: product, category or tag. */
export function isAboutGoods(kind: MeasureKind): boolean {
  return kind.alternatives?.includes('product') ?? false;
}

/** Where a measure may look: one store or one region. */
export function isAboutPlaces(kind: MeasureKind): boolean {
  return kind.alternatives?.includes('store') ?? false;
}

/** The measure that the text of a leaf spells. */
export function measureFrom(text: string): Asked {
  const [, measure = '', inside = ''] = /^\s*([a-z_]+)\s*(?:\((.*)\))?\s*$/.exec(text) ?? [];
  const pairs = inside
    .split(',')
    .map((part) => part.split('='))
    .filter(([name, value]) => name && value)
    .map(([name = '', value = '']) => [name.trim(), value.trim()]);
  return { measure, given: Object.fromEntries(pairs) as Record<string, string> };
}

/** The text of a measure: arguments in their one order, what is the default left out. */
export function written(asked: Asked): string {
  const said = kindOf(asked.measure).arguments.flatMap((argument) => {
    const text = (asked.given[argument.name] ?? '').trim();
    const value = argument.sort === 'whole' && /^-?\d+$/.test(text) ? String(Number(text)) : text;
    return value === '' || value === String(argument.default ?? '') ? [] : [`${argument.name}=${value}`];
  });
  return said.length > 0 ? `${asked.measure}(${said.join(',')})` : asked.measure;
}
