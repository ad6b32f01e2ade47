/** The rows of the rules that are lists, as the server spells them. */
import type { Gift } from '../../../inputs/gifts';

export interface TierRow {
  code: string;
  name_zh: string;
  name_en: string;
  growth_from: number | null;
  discount_basis_points?: number | null;
  multiplier_basis_points?: number | null;
  keep_from?: number | null;
  queue_skip?: boolean;
}

export interface StepRow extends Gift {
  principal_minor: number | null;
}

export interface TierGiftRow {
  tier: string;
  upgrade_gift?: Gift;
  birthday_gift?: Gift;
}

export interface ExclusiveRow {
  product_id: string;
  tiers: readonly string[];
}

export interface FeeRow {
  variant_id: string;
  sources: readonly string[];
  per: string;
}

export interface FlagRow {
  flag: string;
  date?: string;
  weekday?: number;
  from?: string;
  until?: string;
}

export const SOURCES = ['counter', 'takeaway', 'table', 'phone', 'delivery'] as const;
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** Rows out of something that may be anything. */
export function rowsOf<Row>(value: unknown): readonly Row[] {
  return Array.isArray(value) ? (value as Row[]) : [];
}

/** A row without the parts that say nothing. */
export function told<Row extends object>(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, part]) => part !== null && part !== undefined && part !== '')) as Row;
}

/** When a word of a day holds. */
export function flagKind(row: FlagRow): 'date' | 'weekday' | 'while' {
  if (row.weekday !== undefined) return 'weekday';
  return row.from !== undefined || row.until !== undefined ? 'while' : 'date';
}

/** A code for one more tier. */
export function tierCode(others: readonly string[]): string {
  let number = others.length + 1;
  while (others.includes(`tier_${number}`)) number += 1;
  return `tier_${number}`;
}
