/** The figures that the server counts: what home and reports both show, and how much one moved. */
import type { AnswerOf } from '@regulars/api';

export type Told = AnswerOf<'GET /reports/{name}'>;
export type ReportName = Told['report'];
export type ReportRow = Told['total'];
export type Figure = AnswerOf<'GET /reports'>[number]['metrics'][number];
export type Metric = Figure['metric'];
export type Unit = Figure['unit'];

/** As what a cell shows a figure. */
export const CELL_OF = { money: 'money', count: 'count', share: 'percent' } as const satisfies Record<Unit, string>;

/** How much a figure moved: amounts and counts by a rate, shares by points of a hundred. */
export interface Change {
  by: 'rate' | 'points';
  basisPoints: number;
}

/** Tenths of a percent tell enough. */
const ROUNDED_TO = 10;

export function changeOf(unit: Unit, now: number | null, before: number | null): Change | null {
  if (now === null || before === null) return null;
  const by = unit === 'share' ? 'points' : 'rate';
  // Of nothing there is no rate.
  if (by === 'rate' && before === 0) return null;
  const exact = by === 'points' ? now - before : ((now - before) * 10_000) / Math.abs(before);
  return { by, basisPoints: Math.round(exact / ROUNDED_TO) * ROUNDED_TO };
}
