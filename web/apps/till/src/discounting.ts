/** What is entered for a discount by hand, read as the server takes it. */
import type { ManualRequest } from '@regulars/api';
import { parseAmount, type Language } from '@regulars/shared';
import type { DiscountDraft } from './stores/screen';

const WHOLE_BASIS_POINTS = 10_000;
/** Percent with two digits after the point are basis points, as yuan with two are fen. */
const TWO_DIGITS = 'CNY';

type Rate = Pick<ManualRequest, 'basis_points' | 'amount_minor'>;

/** The rate or amount that was entered; null while it is none. Units: basis points, minor units. */
export function rateOf({ way, entered }: DiscountDraft, currency: string): Rate | null {
  if (way === 'amount') {
    const minor = parseAmount(entered, currency);
    return minor ? { basis_points: null, amount_minor: minor } : null;
  }
  const points = parseAmount(entered, TWO_DIGITS);
  if (!points || points > WHOLE_BASIS_POINTS) return null;
  return { basis_points: points, amount_minor: null };
}

/** Basis points off as each language says them: 1,250 are "12.5" (% off) and "8.75" (折). */
export function saidIn(language: Language, basisPoints: number): string {
  return language === 'en' ? trimmed(basisPoints, 2) : trimmed(WHOLE_BASIS_POINTS - basisPoints, 3);
}

function trimmed(digits: number, scale: number): string {
  const text = String(digits).padStart(scale + 1, '0');
  return `${text.slice(0, -scale)}.${text.slice(-scale)}`.replace(/\.?0+$/, '');
}
