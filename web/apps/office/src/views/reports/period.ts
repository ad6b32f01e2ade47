/**
 * Stretches of business days by their everyday names.
 *
 *     spanOf('last_month', '2026-05-12')  // { from: '2026-04-01', to: '2026-05-01' }: `to` is not part of it
 */
import type { Language } from '@regulars/shared';
import { dayAfter, isDay } from '../../days';

export const PERIODS = ['today', 'yesterday', 'week', 'days30', 'month', 'last_month', 'year', 'own'] as const;
export type Period = (typeof PERIODS)[number];

export interface Span {
  from: string;
  to: string;
}

/** Whether a text is a calendar day that a report may begin with. */
export function mayBegin(text: string): boolean {
  return isDay(text) && text.startsWith('2');
}

/** The days that a name means today; those of one's own choice are not named. */
export function spanOf(period: Exclude<Period, 'own'>, today: string): Span {
  const tomorrow = dayAfter(today, 1);
  const first = `${today.slice(0, 8)}01`;
  switch (period) {
    case 'today':
      return { from: today, to: tomorrow };
    case 'yesterday':
      return { from: dayAfter(today, -1), to: today };
    case 'week':
      return { from: dayAfter(today, -6), to: tomorrow };
    case 'days30':
      return { from: dayAfter(today, -29), to: tomorrow };
    case 'month':
      return { from: first, to: tomorrow };
    case 'last_month':
      return { from: `${dayAfter(first, -1).slice(0, 8)}01`, to: first };
    case 'year':
      return { from: `${today.slice(0, 5)}01-01`, to: tomorrow };
  }
}

/** "5月1日", "1 May": a day where its year is plain. */
export function shortDayIn(language: Language, day: string): string {
  const tag = language === 'en' ? 'en-GB' : 'zh-CN';
  const at = new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(at);
}
