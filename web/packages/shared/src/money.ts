/** Money as whole minor units (分, cents). Nothing here ever makes a float of an amount. */

const SYMBOLS: Record<string, string> = {
  CNY: '¥',
  HKD: 'HK$',
  MOP: 'MOP$',
  TWD: 'NT$',
  SGD: 'S$',
  MYR: 'RM',
  USD: '$',
  CAD: 'CA$',
  AUD: 'A$',
  EUR: '€',
  GBP: '£',
  JPY: '¥',
  KRW: '₩',
};

/** How many digits a currency has after the point. */
export function scaleOf(currency: string): number {
  return currency === 'JPY' || currency === 'KRW' ? 0 : 2;
}

/** What is written before an amount: "¥". */
export function symbolOf(currency: string): string {
  return SYMBOLS[currency] ?? `${currency} `;
}

/** A whole number with separators: 12345 is "12,345". */
export function formatCount(count: number): string {
  const digits = String(Math.abs(count)).replace(/\B(?=(\d{3})+$)/g, ',');
  return count < 0 ? `−${digits}` : digits;
}

/** The digits of an amount, without its symbol: 123450 fen is "1,234.50". */
export function formatAmount(minor: number, currency: string): string {
  const scale = scaleOf(currency);
  const digits = String(Math.abs(minor)).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = minor < 0 ? '−' : '';
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`;
}

/** An amount as a person reads it: -590 fen is "−¥5.90". */
export function formatMoney(minor: number, currency: string): string {
  const sign = minor < 0 ? '−' : '';
  return `${sign}${symbolOf(currency)}${formatAmount(Math.abs(minor), currency)}`;
}

/** The minor units that a typed text means ("12.5" is 1250), or null if it is no amount. */
export function parseAmount(text: string, currency: string): number | null {
  const match = /^(\d{1,9})(?:\.(\d*))?$/.exec(text.trim());
  if (!match) return null;
  const scale = scaleOf(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > scale) return null;
  return Number(`${match[1]}${fraction.padEnd(scale, '0')}`);
}
