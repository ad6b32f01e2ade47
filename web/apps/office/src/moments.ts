/**
 * Moments as an input takes them, on the clock of the stores that are looked at: a manager at home
 * in another zone who types 14:00 means 14:00 in the shop.
 */
const SHAPE: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
};

// Browsers make a date of nearly any words: what an input did not give is no moment.
const TYPED = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** "2026-05-01T14:00" for an instant; "" for none. Without a zone it is the clock of this computer. */
export function typedMoment(instant: string | null, zone?: string): string {
  if (!instant) return '';
  const format = new Intl.DateTimeFormat('en-GB', { ...SHAPE, ...(zone ? { timeZone: zone } : {}) });
  const parts = format.formatToParts(new Date(instant));
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return `${of('year').padStart(4, '0')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}`;
}

/** The instant that somebody typed; null for none. */
export function instantOf(typed: string, zone?: string): string | null {
  if (!TYPED.test(typed)) return null;
  const wanted = Date.parse(`${typed.slice(0, 16)}:00Z`);
  if (Number.isNaN(wanted)) return null;
  let at = wanted;
  // Where clocks are put forward or back in between, the second look finds it.
  for (let look = 0; look < 2; look += 1) {
    const shown = Date.parse(`${typedMoment(new Date(at).toISOString(), zone)}:00Z`);
    at += wanted - shown;
  }
  return new Date(at).toISOString();
}
