/** Times as a shop reads them, formatted by hand: the same on every browser and till. */

const two = (value: number) => String(value).padStart(2, '0');

/** "14:05" on the till's own clock. */
export function clockTime(at: Date): string {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** "2026-05-01". */
export function calendarDay(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** "2026-05-01 14:05" for an instant from the server, or "" for none. */
export function dayAndTime(instant: string | null): string {
  if (!instant) return '';
  const at = new Date(instant);
  return `${calendarDay(at)} ${clockTime(at)}`;
}

/** "2026-05-01" for an instant from the server, or "" for none. */
export function dayOf(instant: string | null): string {
  return instant ? calendarDay(new Date(instant)) : '';
}

/** The last day of a time that ends before `end`: "2026-05-31" for "2026-06-01". */
export function lastDayBefore(end: string): string {
  const day = new Date(`${end}T00:00:00Z`);
  return new Date(day.getTime() - 86_400_000).toISOString().slice(0, 10);
}

/** When something ends, as it is told: "14:05" today, "2026-05-02 14:05" on another day. */
export function tillWhen(instant: string, now: Date): string {
  const at = new Date(instant);
  return calendarDay(at) === calendarDay(now) ? clockTime(at) : dayAndTime(instant);
}
