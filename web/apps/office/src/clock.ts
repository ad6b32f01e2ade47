/** Times of day between minutes after midnight, as they are kept, and what people type. */

const DAY_MINUTES = 1_440;

/** "20:30" for 1230. */
export function clockOf(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

/** 1230 for "20:30", 1440 for "24:00"; null for what is no time. */
export function minutesOf(text: string): number | null {
  const match = /^(\d{1,2}):([0-5]\d)$/.exec(text.trim());
  if (!match) return null;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= DAY_MINUTES ? minutes : null;
}
