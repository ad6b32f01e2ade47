/**
 * What a text in the search field or from a scanner is. The first shape that fits wins.
 *
 *     "13800138000" is a phone number, "4006381333931" a barcode, "A-018" a receipt's number.
 */

export type ScanKind =
  | 'order'
  | 'card'
  | 'coupon'
  | 'pay_code'
  | 'barcode'
  | 'phone'
  | 'email'
  | 'number'
  | 'other';

export interface Scan {
  kind: ScanKind;
  text: string;
}

const ORDER_CODE = /^REGULARS:R:([0-9a-f-]{36})$/i;
const CARD = /^M[0-9A-Z]{11}$/i;
const NFC_UID = /^(?=.*[A-F])(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/i;
const WECHAT_PAY_CODE = /^1[0-5]\d{16}$/;
const ALIPAY_PAY_CODE = /^(2[5-9]|30)\d{14,22}$/;
const PHONE = /^(?:1\d{10}|\+\d[\d -]{6,18}\d)$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** A coupon's open code, 12 or 18 characters and one to check them: no vowels, no look-alikes. */
const COUPON_CODE = /^(?=.*[A-Z])[2-9CDFHJKMNPRTVWXY]{13}(?:[2-9CDFHJKMNPRTVWXY]{6})?$/;
const NUMBER = /^[A-Z]{1,2}-?\d{1,6}$/i;

/** Whether a typed text is a whole mobile number, so that nobody has to press Enter. */
export function isWholePhone(text: string): boolean {
  return /^1\d{10}$/.test(text);
}

/** Whether the last digit of an EAN, UPC or ITF-14 code is the right one. */
export function hasCheckDigit(digits: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits)) return false;
  let sum = 0;
  for (let place = digits.length - 2, weight = 3; place >= 0; place -= 1, weight = 4 - weight) {
    sum += Number(digits[place]) * weight;
  }
  return (10 - (sum % 10)) % 10 === Number(digits.at(-1));
}

/** Whether a text has the shape of a coupon's code: hyphens, spaces and case do not matter. */
export function isCouponCode(text: string): boolean {
  return COUPON_CODE.test(text.replace(/[\s-]/g, '').toUpperCase());
}

/** The kind of a scanned or typed text; pay codes exist only while an amount is due. */
export function classify(text: string, paying: boolean): Scan {
  const trimmed = text.trim();
  const order = ORDER_CODE.exec(trimmed);
  if (order?.[1]) return { kind: 'order', text: order[1].toLowerCase() };
  if (CARD.test(trimmed) || NFC_UID.test(trimmed)) return { kind: 'card', text: trimmed.toUpperCase() };
  if (paying && (WECHAT_PAY_CODE.test(trimmed) || ALIPAY_PAY_CODE.test(trimmed))) {
    return { kind: 'pay_code', text: trimmed };
  }
  if (hasCheckDigit(trimmed)) return { kind: 'barcode', text: trimmed };
  if (PHONE.test(trimmed)) return { kind: 'phone', text: trimmed };
  if (EMAIL.test(trimmed)) return { kind: 'email', text: trimmed };
  if (isCouponCode(trimmed)) return { kind: 'coupon', text: trimmed.toUpperCase() };
  if (NUMBER.test(trimmed)) return { kind: 'number', text: trimmed.toUpperCase() };
  return { kind: 'other', text: trimmed };
}
