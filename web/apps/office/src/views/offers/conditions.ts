/**
 * Conditions as rows of a form: each row asks one thing, and all of them must hold.
 *
 * "weekday one of 1…5" and "minute_of_day in 840…1020" are the two rows of 工作日下午. What a row
 * cannot say (either of two, all but one) is kept as it was stored.
 */
import type { Figure } from '../../inputs/figures';

export type Stored = Readonly<Record<string, unknown>>;
export type Scalar = string | number;
export type Compared = 'at_least' | 'at_most' | 'equal' | 'less' | 'more';

export type Row =
  | { shape: 'choice'; field: string; values: readonly Scalar[] }
  | { shape: 'yes'; field: string; yes: boolean }
  | { shape: 'figure'; field: string; is: Compared; value: number | null }
  | { shape: 'span'; field: string; low: number | null; high: number | null }
  | { shape: 'other'; stored: Stored };

export const COMPARED: readonly Compared[] = ['at_least', 'more', 'equal', 'at_most', 'less'];

const CHOICES = ['store', 'region', 'source', 'weekday', 'flags', 'tier', 'member_tags', 'tender', 'products', 'categories', 'tags'];
const YES = ['member', 'new_member', 'first_purchase'];
const SPANS = ['date', 'minute_of_day', 'birthday_offset'];
const MONEY = ['spend', 'own_spend', 'spend_list', 'own_spend_list'];
const COUNTS = ['quantity', 'own_quantity', 'visit_number', 'visits', 'points', 'party'];

/** What can be asked, in the order and the groups in which it is offered. */
export const ASKED: readonly { group: string; fields: readonly string[] }[] = [
  { group: 'when', fields: ['weekday', 'minute_of_day', 'date', 'flags'] },
  { group: 'where', fields: ['source', 'store', 'region'] },
  { group: 'who', fields: ['tier', 'member', 'new_member', 'member_tags', 'visit_number', 'visits', 'points', 'birthday_offset', 'first_purchase'] },
  { group: 'what', fields: ['spend', 'own_spend', 'quantity', 'own_quantity', 'spend_list', 'own_spend_list', 'products', 'categories', 'tags'] },
  { group: 'how', fields: ['tender', 'party'] },
];

/** As what the figure of a field is typed. */
export function figureOf(field: string): Figure {
  return MONEY.includes(field) ? 'money' : 'count';
}

const AT_FIRST: Readonly<Record<string, Row>> = {
  weekday: { shape: 'choice', field: 'weekday', values: [1, 2, 3, 4, 5] },
  minute_of_day: { shape: 'span', field: 'minute_of_day', low: 14 * 60, high: 17 * 60 },
  birthday_offset: { shape: 'span', field: 'birthday_offset', low: -3, high: 4 },
};

/** A row that was just added. */
export function newRow(field: string): Row {
  const ready = AT_FIRST[field];
  if (ready) return ready;
  if (CHOICES.includes(field)) return { shape: 'choice', field, values: [] };
  if (YES.includes(field)) return { shape: 'yes', field, yes: true };
  if (SPANS.includes(field)) return { shape: 'span', field, low: null, high: null };
  return { shape: 'figure', field, is: 'at_least', value: null };
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number';
}

function whole(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function rowFrom(stored: Stored): Row {
  const field = typeof stored.field === 'string' ? stored.field : '';
  const { kind, value, values } = stored;
  const is = COMPARED.find((one) => one === stored.is);
  const isFigure = MONEY.includes(field) || COUNTS.includes(field);
  if (kind === 'one_of' && CHOICES.includes(field) && Array.isArray(values) && values.every(isScalar)) {
    return { shape: 'choice', field, values };
  }
  if (kind === 'compare' && is === 'equal' && CHOICES.includes(field) && isScalar(value)) {
    return { shape: 'choice', field, values: [value] };
  }
  if (kind === 'compare' && is === 'equal' && YES.includes(field) && typeof value === 'boolean') {
    return { shape: 'yes', field, yes: value };
  }
  if (kind === 'compare' && is && isFigure && typeof value === 'number') return { shape: 'figure', field, is, value };
  if (kind === 'within' && SPANS.includes(field)) {
    return { shape: 'span', field, low: whole(stored.low), high: whole(stored.high) };
  }
  if (kind === 'within' && isFigure && stored.high == null && typeof stored.low === 'number') {
    return { shape: 'figure', field, is: 'at_least', value: stored.low };
  }
  return { shape: 'other', stored };
}

/** The rows of a stored condition; none at all holds for everybody. */
export function rowsFrom(condition: unknown): Row[] {
  if (typeof condition !== 'object' || condition === null) return [];
  const stored: Stored = { ...condition };
  const parts = stored.kind === 'all' && Array.isArray(stored.parts) ? stored.parts : [stored];
  return parts.map((part: Stored) => rowFrom(part));
}

function storedOf(row: Row): Stored {
  switch (row.shape) {
    case 'choice':
      return { kind: 'one_of', field: row.field, values: row.values };
    case 'yes':
      return { kind: 'compare', field: row.field, is: 'equal', value: row.yes };
    case 'figure':
      return { kind: 'compare', field: row.field, is: row.is, value: row.value };
    case 'span':
      return { kind: 'within', field: row.field, low: row.low, high: row.high };
    case 'other':
      return row.stored;
  }
}

/** The condition that rows say. */
export function conditionOf(rows: readonly Row[]): Stored {
  return { kind: 'all', parts: rows.map(storedOf) };
}

/** 20260501 for "2026-05-01", and back. */
export function dayNumber(day: string): number | null {
  return /^\d{4}-\d{2}-\d{2}$/.test(day) ? Number(day.replaceAll('-', '')) : null;
}

export function dayText(number: number | null): string {
  const digits = String(number ?? '');
  return digits.length === 8 ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}` : '';
}
