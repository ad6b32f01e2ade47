/** Days and times as a shop's office reads them, by language. */
import type { Language } from '@regulars/shared';

const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

const tagOf = (language: Language) => (language === 'en' ? 'en-GB' : 'zh-CN');

/** "2026年5月1日", "1 May 2026" for a calendar day such as "2026-05-01". */
export function dayIn(language: Language, day: string): string {
  const noon = new Date(`${day}T12:00:00Z`);
  return new Intl.DateTimeFormat(tagOf(language), { ...DAY, timeZone: 'UTC' }).format(noon);
}

/** "2026年5月1日", "1 May 2026" for the day of an instant, on the calendar of this computer. */
export function dayOfIn(language: Language, instant: string, timeZone?: string): string {
  const zone = timeZone ? { timeZone } : {};
  return new Intl.DateTimeFormat(tagOf(language), { ...DAY, ...zone }).format(new Date(instant));
}

/** "2026年5月1日 14:05", "1 May 2026, 14:05" for an instant, on the clock of this computer. */
export function momentIn(language: Language, instant: string, timeZone?: string): string {
  const at = new Date(instant);
  const zone = timeZone ? { timeZone } : {};
  const day = dayOfIn(language, instant, timeZone);
  const clock = new Intl.DateTimeFormat(tagOf(language), { ...CLOCK, ...zone }).format(at);
  return language === 'en' ? `${day}, ${clock}` : `${day} ${clock}`;
}

/** "2%" for 200 basis points, "12.5%" for 1250; no rate is ever a float. */
export function percentText(basisPoints: number): string {
  const size = Math.abs(basisPoints);
  const whole = Math.trunc(size / 100);
  const rest = String(size % 100).padStart(2, '0').replace(/0+$/, '');
  return `${basisPoints < 0 ? '−' : ''}${whole}${rest ? `.${rest}` : ''}%`;
}
