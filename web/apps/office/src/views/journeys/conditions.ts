/**
 * Conditions as far as a form of rows can say them: "bill at least 300.00, and at the store S1".
 * What says more is kept as it is.
 */
export type Comparison = 'equal' | 'at_least' | 'at_most' | 'less' | 'more';
export type Scalar = string | number | boolean;
export type Condition =
  | { kind: 'compare'; field: string; is: Comparison; value: Scalar }
  | { kind: 'one_of'; field: string; values: Scalar[] }
  | { kind: 'within'; field: string; low: number | null; high: number | null }
  | { kind: 'all' | 'any'; parts: Condition[] }
  | { kind: 'not'; part: Condition };

export interface Row {
  field: string;
  is: Comparison;
  value: Scalar;
}

export const COMPARISONS: readonly Comparison[] = ['at_least', 'at_most', 'more', 'less', 'equal'];

/** The rows of a condition that holds when each of them does; null where rows cannot say it. */
export function rowsOf(condition: Condition | null | undefined): Row[] | null {
  if (!condition) return [];
  if (condition.kind === 'compare') return [{ field: condition.field, is: condition.is, value: condition.value }];
  if (condition.kind !== 'all') return null;
  const rows = condition.parts.map((part) => rowsOf(part));
  return rows.every((one) => one !== null && one.length === 1) ? rows.flatMap((one) => one ?? []) : null;
}

export function conditionOf(rows: readonly Row[]): Condition {
  const parts = rows.map((row): Condition => ({ kind: 'compare', ...row }));
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: 'all', parts };
}

export function inSegment(id: string): Condition {
  return { kind: 'one_of', field: 'segments', values: [id] };
}

/** The segment that a condition asks about, where that is all it asks. */
export function segmentOf(condition: Condition | null | undefined): string | null {
  if (condition?.kind !== 'one_of' || condition.field !== 'segments' || condition.values.length !== 1) return null;
  return String(condition.values[0]);
}

/** Whether a condition holds for everybody. */
export function isOpen(condition: Condition | null | undefined): boolean {
  return !condition || (condition.kind === 'all' && condition.parts.length === 0);
}

/** What each fact tells that a row may ask for; amounts are in minor units. */
export const TOLD: Readonly<Record<string, readonly string[]>> = {
  'order.settled': ['due_minor', 'discount_minor', 'points_spent', 'points_earned'],
  'order.refunded': ['amount_minor', 'points_returned', 'points_taken_back'],
  'member.joined': [],
  'member.tier_changed': ['tier', 'cause'],
  'member.stage_changed': ['now', 'before', 'cause'],
  'member.class_changed': ['now', 'before', 'cause'],
  'member.checked_in': [],
  'member.gifted': ['points'],
  'member.tags_changed': [],
  'value.topped_up': ['principal_minor', 'bonus_minor', 'points', 'tender'],
  'points.expiring': ['points'],
  'coupon.issued': ['type'],
  'coupon.voided': [],
  'consent.granted': [],
  'consent.withdrawn': [],
  'survey.answered': ['score'],
  'task.completed': [],
  'draw.drawn': [],
  'message.ended': ['channel', 'state', 'reason'],
  'message.clicked': ['channel', 'link'],
};
export const FACTS: readonly string[] = Object.keys(TOLD);

/** As what a field is typed: an amount, a whole number, or a word. */
export function kindOf(field: string): 'money' | 'count' | 'word' {
  if (field.endsWith('_minor')) return 'money';
  return field.startsWith('points') || field === 'score' ? 'count' : 'word';
}
