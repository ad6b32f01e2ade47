import { expect, test } from 'vitest';
import { classify, hasCheckDigit, type ScanKind } from '../src';

const CASES: [text: string, paying: boolean, kind: ScanKind][] = [
  ['134650000000000001', true, 'pay_code'],
  ['134650000000000001', false, 'other'],
  ['160000000000000001', true, 'other'],
  ['2876344382566439', true, 'pay_code'],
  ['300000000000000000000001', true, 'pay_code'],
  ['310000000000000001', true, 'other'],
  ['4006381333931', false, 'barcode'],
  ['4006381333932', false, 'other'],
  ['13800138000', true, 'phone'],
  ['10000000007', false, 'phone'],
  ['+852 9123 4567', false, 'phone'],
  ['li.min@example.com', false, 'email'],
  ['04DE5F1EACC040', false, 'card'],
  ['M0000000001T', false, 'card'],
  ['kx4w-7mpr-n2tyd', false, 'coupon'],
  ['KX4W7MPRN2TYD', true, 'coupon'],
  ['KX4W7-MPRN2-TYD34-9CHJ', false, 'coupon'],
  ['KX4W-7MPR-N2TYO', false, 'other'],
  ['a018', false, 'number'],
  ['A-018', false, 'number'],
  ['REGULARS:R:019de0d5-c800-7000-8000-000000000000', true, 'order'],
  ['珍珠奶茶', false, 'other'],
  ['', false, 'other'],
];

test.each(CASES)('%s while paying %s is %s', (text, paying, kind) => {
  expect(classify(text, paying).kind).toBe(kind);
});

test('a card code is read the same in small letters', () => {
  expect(classify(' m0000000001t ', false).text).toBe('M0000000001T');
});

test('check digits of all barcode lengths are verified', () => {
  for (const code of ['96385074', '036000291452', '4006381333931', '10614141000415']) {
    expect(hasCheckDigit(code)).toBe(true);
    const wrong = code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10);
    expect(hasCheckDigit(wrong)).toBe(false);
  }
});
