/** Calendar days as the API writes them ("2026-05-31"). */

export interface Span {
  from: string;
  /** The last day: it belongs to the span. */
  last: string;
}

const DAY_MILLISECONDS = 86_400_000;
const noon = (day: string): Date => new Date(`${day}T12:00:00Z`);
const written = (at: Date): string => at.toISOString().slice(0, 10);

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(noon(text).getTime()) && written(noon(text)) === text;
}

/** So many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  const at = noon(day);
  at.setUTCDate(at.getUTCDate() + days);
  return written(at);
}

/** How many days lie between two, both included. */
export function daysBetween(first: string, last: string): number {
  return Math.round((noon(last).getTime() - noon(first).getTime()) / DAY_MILLISECONDS) + 1;
}

/** The month before the one of a day. */
export function monthBefore(day: string): Span {
  const last = dayAfter(`${day.slice(0, 8)}01`, -1);
  return { from: `${last.slice(0, 8)}01`, last };
}

/** A day's month up to that day. */
export function monthTo(day: string): Span {
  return { from: `${day.slice(0, 8)}01`, last: day };
}

/** The day on the calendar of a time zone; without one, of this computer. */
export function dayOf(now: Date, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  const parts = new Intl.DateTimeFormat('en', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone }).formatToParts(now);
  return (['year', 'month', 'day'] as const).map((type) => parts.find((part) => part.type === type)?.value ?? '').join('-');
}
