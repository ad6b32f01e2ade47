/** A month of the calendar: its weeks from Monday on, and what runs on which day. */
export interface Running {
  id: string;
  name: string;
  sort: 'offer' | 'coupon' | 'campaign';
  /** First and last day, both included; "" is open. */
  first: string;
  last: string;
}

const DAY = 86_400_000;
const dayAt = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The days that a sheet for "2026-05" shows, week by week: those of its neighbours fill the corners. */
export function weeksOf(month: string): string[][] {
  const first = Date.parse(`${month}-01T00:00:00Z`);
  const before = (new Date(first).getUTCDay() + 6) % 7;
  const end = Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`);
  const weeks: string[][] = [];
  for (let monday = first - before * DAY; monday < end; monday += 7 * DAY) {
    weeks.push(Array.from({ length: 7 }, (_, at) => dayAt(monday + at * DAY)));
  }
  return weeks;
}

/** "2026-06" for a month after "2026-05". */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return dayAt(Date.UTC(year, number - 1 + months, 1)).slice(0, 7);
}

export function runsOn(one: Running, day: string): boolean {
  return (one.first === '' || one.first <= day) && (one.last === '' || day <= one.last);
}

/** What runs all the month long, and what begins or ends in it. */
export function sortedFor(month: string, all: readonly Running[]): { throughout: Running[]; within: Running[] } {
  const days = weeksOf(month).flat().filter((day) => day.startsWith(month));
  const shown = all.filter((one) => days.some((day) => runsOn(one, day)));
  const isThroughout = (one: Running): boolean => days.every((day) => runsOn(one, day));
  return { throughout: shown.filter(isThroughout), within: shown.filter((one) => !isThroughout(one)) };
}
