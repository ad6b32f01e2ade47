import { expect, test } from 'vitest';
import { rateOf, saidIn } from '../src/discounting';

const entered = (way: 'percent' | 'amount', text: string) => ({ way, entered: text, reason: '' });

test('a percentage is read in basis points and stays within the whole', () => {
  expect(rateOf(entered('percent', '12.5'), 'CNY')?.basis_points).toBe(1250);
  expect(rateOf(entered('percent', '100'), 'JPY')?.basis_points).toBe(10_000);
  for (const text of ['', '0', '100.01', '1.234']) {
    expect(rateOf(entered('percent', text), 'CNY')).toBeNull();
  }
});

test('an amount is read in the minor units of the currency', () => {
  expect(rateOf(entered('amount', '3.5'), 'CNY')?.amount_minor).toBe(350);
  expect(rateOf(entered('amount', '3'), 'JPY')?.amount_minor).toBe(3);
  expect(rateOf(entered('amount', '0'), 'CNY')).toBeNull();
});

test('a discount is said as both languages say it', () => {
  const said = [1200, 1250, 5000, 1000].map((one) => [saidIn('en', one), saidIn('zh-CN', one)]);
  expect(said).toEqual([
    ['12', '8.8'],
    ['12.5', '8.75'],
    ['50', '5'],
    ['10', '9'],
  ]);
});
