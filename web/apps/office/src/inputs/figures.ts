/**
 * Figures as a person types them, and the whole numbers that they stand for: "12.5" percent off is
 * 1250 basis points, "1.5" times the points are 15000, "9.90" is 990. No figure is ever a float.
 */
import { scaleOf } from '@regulars/shared';
import { NO_NUMBER, understood, written } from './numbers';

/** `offset`: a count that may be below zero. */
export type Figure = 'money' | 'count' | 'offset' | 'percent' | 'times';

const DIGITS = { count: 0, offset: 0, percent: 2, times: 4 } as const;
const digitsOf = (as: Figure, currency: string): number => (as === 'money' ? scaleOf(currency) : DIGITS[as]);

/**
 * The whole number that a text means: null for none, `NO_NUMBER` for what is no figure. An offset
 * may be any number: what is none is null.
 */
export function figureFrom(as: Figure, text: string, currency: string): number | null {
  const digits = digitsOf(as, currency);
  if (as !== 'offset') return understood(text, digits);
  const typed = text.trim();
  const size = understood(typed.replace(/^[-−]/, ''), digits);
  if (size === null || size === NO_NUMBER) return null;
  return /^[-−]/.test(typed) ? 0 - size : size;
}

/** How a whole number is written into its field. */
export function figureText(as: Figure, value: number | null, currency: string): string {
  if (value === null || (as !== 'offset' && value === NO_NUMBER)) return '';
  return written(value, digitsOf(as, currency));
}
