/** What the first page shows: which figures stand together, where they lead, and what waits. */
import type { AnswerOf } from '@regulars/api';
import type { Language } from '@regulars/shared';
import type { RouteLocationRaw } from 'vue-router';
import type { Metric, ReportName, Told } from '../../figures';

export type Home = AnswerOf<'GET /home'>;

export const GROUPS = {
  trade: ['sales_minor', 'orders', 'average_ticket_minor', 'refunds_minor'],
  members: ['members_joined', 'members_active', 'members_returning', 'repeat_share'],
  value: ['value_paid_in_minor', 'value_used_minor', 'points_given', 'points_used'],
} as const satisfies Record<string, readonly Metric[]>;

/** A report's question for today beside the same weekday. */
export const OF_TODAY = { period: 'today', compare: 'weekday' };

/** The report that tells more about a figure of today. */
const REPORT_OF: Partial<Record<Metric, ReportName>> = {
  sales_minor: 'sales',
  orders: 'sales',
  average_ticket_minor: 'sales',
  refunds_minor: 'sales',
  members_joined: 'growth',
  members_active: 'repurchase',
  members_returning: 'repurchase',
  repeat_share: 'repurchase',
  value_paid_in_minor: 'value',
  value_used_minor: 'value',
  points_given: 'value',
  points_used: 'value',
};

/** Where a figure of today leads, and what is asked there. */
export function reportOf(metric: Metric): { name: ReportName; query: Record<string, string> } | null {
  const name = REPORT_OF[metric];
  if (!name) return null;
  // Sales stand by the day, with today as one of them; by store they are asked for as home tells them.
  return { name, query: { chart: metric, ...(name === 'sales' ? {} : OF_TODAY) } };
}

/** What runs and what waits for somebody. */
export const TASKS = ['campaigns_running', 'approvals_waiting', 'dead_letters', 'low_marks_open', 'imports_refused'] as const satisfies readonly Metric[];

/** The pages that list exactly what is counted: the first that she may see. */
export const PAGES_OF: Readonly<Record<(typeof TASKS)[number], readonly RouteLocationRaw[]>> = {
  campaigns_running: [{ name: 'journeys', query: { state: 'live' } }],
  approvals_waiting: [{ name: 'approvals' }],
  dead_letters: [{ name: 'tasks-stuck' }],
  low_marks_open: [{ name: 'tasks-marks' }],
  imports_refused: [{ name: 'tasks-imports' }],
};

export interface Hour {
  name: string;
  now: number;
  before: number;
}

const HOURS_OF_DAY = 24;

/** Sales by the hour beside those of the other day, from the first hour with any to the last. */
export function hoursOf(told: Told): Hour[] {
  const rows = new Map(told.rows.map((row) => [Number(row.key), row]));
  const first = Math.min(...rows.keys());
  const last = Math.max(...rows.keys());
  if (!Number.isFinite(first)) return [];
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const row = rows.get(first + at);
    return {
      name: `${String((first + at) % HOURS_OF_DAY).padStart(2, '0')}:00`,
      now: row?.figures.sales_minor ?? 0,
      before: row?.before?.sales_minor ?? 0,
    };
  });
}

/** "星期二", "Tuesday". */
export function weekdayIn(language: Language, day: string): string {
  const at = new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { weekday: 'long', timeZone: 'UTC' }).format(at);
}
