/** Days on the shop's calendar as the API takes them: from one moment until before another. */
import { dayAfter, isDay } from '../../days';
import { instantOf } from '../../moments';

/** Somebody who types a year is on her way through "0002": the API knows no such days. */
const FIRST_DAY = '2000-01-01';
const LAST_DAY = '2199-12-30';
const counts = (day: string): boolean => isDay(day) && day >= FIRST_DAY && day <= LAST_DAY;

/** Both days belong to it; what is no day leaves that end open. */
export function momentsOf(from: string, last: string, zone?: string): { from: string | null; until: string | null } {
  return {
    from: counts(from) ? instantOf(`${from}T00:00`, zone) : null,
    until: counts(last) ? instantOf(`${dayAfter(last, 1)}T00:00`, zone) : null,
  };
}
