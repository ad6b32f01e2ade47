/** A birthday as it is read: "1995年6月18日", or "6月18日" where the year is not hers to see ("--06-18"). */
import type { Language } from '@regulars/shared';
import { dayIn } from '../../format';

const LEAP_YEAR = '2000';

export function birthdayIn(language: Language, told: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(told)) return dayIn(language, told);
  if (!/^--\d\d-\d\d$/.test(told)) return told;
  const noon = new Date(`${LEAP_YEAR}-${told.slice(2)}T12:00:00Z`);
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(noon);
}

/** Month and day of a birthday by the lunar calendar ("lunar:--08-15"); null: it is of the usual one. */
export function lunarDay(told: string): { month: number; day: number } | null {
  const [, month, day] = /^lunar:(?:\d{4}-|--)(\d\d)-(\d\d)$/.exec(told) ?? [];
  return month && day ? { month: Number(month), day: Number(day) } : null;
}
