import { expect, test } from 'vitest';
import { cashPart } from '../src/tendering';

test('a note that covers what is asked finishes the bill', () => {
  expect(cashPart(2000, 1866, 1860)).toEqual({ amount: 1860, finishes: true });
  expect(cashPart(1860, 1866, 1860)).toEqual({ amount: 1860, finishes: true });
});

test('the exact coins are taken as they are', () => {
  expect(cashPart(1866, 1866, 1860)).toEqual({ amount: 1866, finishes: true });
  expect(cashPart(1866, 1866, 1870)).toEqual({ amount: 1866, finishes: true });
});

test('less than is asked pays a part', () => {
  expect(cashPart(1000, 1866, 1860)).toEqual({ amount: 1000, finishes: false });
});
