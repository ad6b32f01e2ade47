import { expect, test } from 'vitest';
import { isPlaced, roleFrom, roleSpelled, spelled, usually } from '../src/views/staff/roles';

test('a role that is not of the whole organisation needs its place', () => {
  expect(isPlaced([])).toBe(false);
  expect(isPlaced([usually('owner')])).toBe(true);
  expect(isPlaced([usually('owner'), usually('cashier')])).toBe(false);
  expect(isPlaced([{ ...usually('cashier'), place_id: 'S1' }])).toBe(true);
});

test('only a role that is known can be sent back', () => {
  expect(roleFrom({ role: 'cashier', level: 'store', place_id: 'S1' })).toEqual({ role: 'cashier', level: 'store', place_id: 'S1' });
  expect(roleFrom({ role: 'barista', level: 'store', place_id: 'S1' })).toBeNull();
});

test('a role is one word and back', () => {
  const here = { ...usually('cashier'), place_id: 'S1' };
  expect([spelled(here), spelled(usually('owner'))]).toEqual(['cashier@store:S1', 'owner@organisation:']);
  expect([roleSpelled('cashier@store:S1'), roleSpelled('owner@organisation:')]).toEqual([here, usually('owner')]);
  expect([roleSpelled('barista@store:S1'), roleSpelled('')]).toEqual([null, null]);
});
