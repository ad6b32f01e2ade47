/** What an address asks of a report. */
import type { Operations } from '@regulars/api';
import type { LocationQuery } from 'vue-router';
import type { Spec } from './catalogue';
import { mayBegin, PERIODS, type Period } from './period';

type Query = NonNullable<Operations['GET /reports/{name}'][0]['query']>;
export type Comparison = NonNullable<Query['compare']>;

export const COMPARISONS: readonly Comparison[] = ['previous', 'weekday', 'year'];

export interface Asked {
  /** Null is what the report shows when nobody chose. */
  period: Period | null;
  /** Days of one's own choice; both are part of it, either may be open. */
  from: string;
  to: string;
  compare: Comparison | null;
  source: string;
  /** Which chart, of which row where it is of one. */
  chart: string;
  row: string;
  /** The figure by which rows are ordered, with a minus for the smallest first. */
  sort: string;
}

/** A word of an address; nothing is empty. */
export function word(query: LocationQuery, name: string): string {
  const given = query[name];
  return typeof given === 'string' ? given : '';
}

function day(query: LocationQuery, name: string): string {
  const text = word(query, name);
  return mayBegin(text) ? text : '';
}

/** What an address asks for; what it has no sense of is left out. */
export function askedIn(query: LocationQuery): Asked {
  const [from, to] = [day(query, 'from'), day(query, 'to')];
  return {
    period: PERIODS.find((one) => one === word(query, 'period')) ?? (from || to ? 'own' : null),
    from,
    to,
    compare: COMPARISONS.find((one) => one === word(query, 'compare')) ?? null,
    source: word(query, 'source'),
    chart: word(query, 'chart'),
    row: word(query, 'row'),
    sort: word(query, 'sort'),
  };
}

export interface Narrowed {
  compare: Comparison | null;
  source: string | null;
}

/** What a report can be asked for, of what its address says: not each is of days, or by source. */
export function narrowed(spec: Spec, asked: Asked): Narrowed {
  return { compare: spec.of_period ? asked.compare : null, source: spec.by_source ? asked.source || null : null };
}
