/** What is owed to members, added up the ways in which an accountant reads it. */
import type { AnswerOf } from '@regulars/api';

export type Statement = AnswerOf<'GET /liability'>;
export type Line = Statement['lines'][number];
type Store = Statement['stores'][number];

/** What makes the closing of the opening, in the order in which it is told. */
export const PARTS = ['issued', 'used', 'put_back', 'expired', 'taken_back', 'paid_back', 'transferred', 'held'] as const;
export const FLOW = ['opening', ...PARTS, 'closing', 'pending', 'kept'] as const;
/** A lot's age in whole days, from which on. */
export const AGES = [0, 31, 91, 181, 366] as const;

export type Flow = Record<(typeof FLOW)[number], number>;
export interface Sum {
  storeId: string | null;
  account: string;
  unit: string;
  flow: Flow;
}
export interface MoneyOf {
  storeId: string | null;
  principal: number;
  passes: number;
  deferred: number;
  points: number;
  deposits: number;
}

const nothing = (): Flow => Object.fromEntries(FLOW.map((part) => [part, 0])) as Flow;

/** The lines that fit, added up. */
export function flowOf(lines: readonly Line[], fits: (line: Line) => boolean): Flow {
  const total = nothing();
  for (const line of lines) if (fits(line)) for (const part of FLOW) total[part] += line[part];
  return total;
}

const isOf = (line: Line, account: string, unit: string): boolean => line.account === account && line.unit === unit;

/** One row for each unit. */
export function inShort({ checks, lines }: Pick<Statement, 'checks' | 'lines'>): Sum[] {
  return checks.map(({ account, unit }) => ({ storeId: null, account, unit, flow: flowOf(lines, (line) => isOf(line, account, unit)) }));
}

/** One row for each unit and the store that sold or gave it. */
export function byStore({ checks, lines, stores }: Pick<Statement, 'checks' | 'lines' | 'stores'>): Sum[] {
  return checks.flatMap(({ account, unit }) =>
    stores
      .filter((store) => lines.some((line) => isOf(line, account, unit) && line.store_id === store.id))
      .map((store) => ({
        storeId: store.id,
        account,
        unit,
        flow: flowOf(lines, (line) => isOf(line, account, unit) && line.store_id === store.id),
      })),
  );
}

/** What is owed of a unit at the end, for each age. */
export function closingByAge(lines: readonly Line[], account: string, unit: string): number[] {
  return AGES.map((from) => flowOf(lines, (line) => isOf(line, account, unit) && line.age_days_from === from).closing);
}

/** What points cost the store that gave them: half a minor unit goes away from zero. */
export function pointsCost(points: number, perHundredMinor: number): number {
  const cost = Math.trunc((2 * Math.abs(points) * perHundredMinor + 100) / 200);
  return points >= 0 ? cost : -cost;
}

function owedBy(store: Store, lines: readonly Line[]): MoneyOf {
  const of = (account: string): number => {
    const flow = flowOf(lines, (line) => line.account === account && line.store_id === store.id);
    return flow.closing + flow.kept;
  };
  const principal = of('principal');
  return {
    storeId: store.id,
    principal,
    passes: store.pass_deferred_minor,
    deferred: principal + store.pass_deferred_minor,
    points: pointsCost(of('points'), store.points_unit_cost),
    deposits: store.deposits_minor,
  };
}

/** What it comes to in money, store by store. */
export function inMoney({ lines, stores }: Pick<Statement, 'lines' | 'stores'>): MoneyOf[] {
  return stores.map((store) => owedBy(store, lines));
}

export function totalOf(rows: readonly MoneyOf[]): MoneyOf {
  const total: MoneyOf = { storeId: null, principal: 0, passes: 0, deferred: 0, points: 0, deposits: 0 };
  for (const row of rows) {
    for (const part of ['principal', 'passes', 'deferred', 'points', 'deposits'] as const) total[part] += row[part];
  }
  return total;
}
