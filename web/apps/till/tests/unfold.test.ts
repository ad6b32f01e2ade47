import type { Adjustment } from '@regulars/api';
import { expect, test } from 'vitest';
import { unfold } from '../src/unfold';

const unit = (list: number, net: number) => ({
  list_minor: list,
  base_minor: list,
  after_item_minor: net,
  after_order_minor: net,
  net_minor: net,
  tax_minor: 0,
  due_minor: net,
});

const off = (number: number, position: number, units: number[]): Adjustment => ({
  number,
  position,
  step: 'after_item',
  source: 'offer',
  source_id: `offer ${number}`,
  coupon_id: null,
  name_zh: '优惠',
  name_en: 'Offer',
  amount_minor: units.reduce((sum, one) => sum + one, 0),
  units,
  reason_zh: '',
  reason_en: '',
});

test('units that cost the same for the same reasons stand together', () => {
  const line = { position: 1, units: [unit(1800, 1800), unit(1800, 900), unit(1800, 900)] };
  const groups = unfold(line, [off(1, 1, [0, 900, 900]), off(2, 2, [100, 100, 100])]);
  expect(groups.map(({ count, list, net }) => [count, list, net])).toEqual([
    [1, 1800, 1800],
    [2, 1800, 900],
  ]);
  expect(groups[0]?.effects).toEqual([]);
  expect(groups[1]?.effects.map((one) => one.amount)).toEqual([900]);
});

test('a cent more on one unit sets it apart', () => {
  const line = { position: 1, units: [unit(1000, 833), unit(1000, 833), unit(1000, 834)] };
  const groups = unfold(line, [off(1, 1, [167, 167, 166])]);
  expect(groups.map((one) => one.count)).toEqual([2, 1]);
});
