/** Lengths of time and shares between what is stored and what is typed. */
export type Unit = 'minute' | 'hour' | 'day';

export const UNITS: readonly Unit[] = ['minute', 'hour', 'day'];
const MINUTES: Readonly<Record<Unit, number>> = { minute: 1, hour: 60, day: 1_440 };

/** In the largest unit that says it without a rest: 2,880 minutes are 2 days. */
export function spanOf(minutes: number): { count: number; unit: Unit } {
  const unit = [...UNITS].reverse().find((one) => minutes > 0 && minutes % MINUTES[one] === 0) ?? 'minute';
  return { count: minutes / MINUTES[unit], unit };
}

export function spanMinutes(count: number, unit: Unit): number {
  return count * MINUTES[unit];
}

/** Whole percent of what is kept in parts of 10,000. */
export function percentOf(parts: number): number {
  return parts / 100;
}

export function partsOf(percent: number): number {
  return Math.round(percent * 100);
}
