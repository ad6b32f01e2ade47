/** Whole numbers as people type them: minor units, basis points and millionths have digits after a point. */

/** What is no number is sent as this: no rule and no price takes it, so the server says so. */
export const NO_NUMBER = -1;

const TYPED = /^(\d{1,10})(?:\.(\d*))?$/;

/** "12.5" for 1250 with two digits; "12.50" where every digit is shown. */
export function written(value: number, digits: number, every = false): string {
  const text = String(value).padStart(digits + 1, '0');
  if (digits === 0) return text;
  const rest = text.slice(-digits);
  const shown = every ? rest : rest.replace(/0+$/, '');
  return `${text.slice(0, -digits)}${shown ? `.${shown}` : ''}`;
}

/** The whole number that a typed text means; null for none, `NO_NUMBER` for what is none. */
export function understood(text: string, digits: number): number | null {
  const plain = text.trim().replaceAll(',', '');
  if (plain === '') return null;
  const match = TYPED.exec(plain);
  const rest = match?.[2] ?? '';
  if (!match || rest.length > digits || (digits === 0 && plain.includes('.'))) return NO_NUMBER;
  return Number(`${match[1]}${rest.padEnd(digits, '0')}`);
}
