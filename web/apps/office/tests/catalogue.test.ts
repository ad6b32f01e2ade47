import { expect, test } from 'vitest';
import { clashWords } from '../src/use/clashes';
import { priceKey, priceOf, stateOf, type PriceList } from '../src/views/catalogue/prices';

const NOW = Date.parse('2026-05-04T02:00:00Z');

function list(effective_at: string, ends_at: string | null): PriceList {
  return { id: '1', name_zh: '', name_en: '', level: 'organisation', place_id: null, effective_at, ends_at, state: 'active' };
}

test('a price list comes, holds and is over', () => {
  expect(stateOf(list('2026-06-01T00:00:00Z', null), NOW)).toBe('coming');
  expect(stateOf(list('2026-05-01T00:00:00Z', null), NOW)).toBe('running');
  expect(stateOf(list('2026-05-01T00:00:00Z', '2026-05-04T02:00:00Z'), NOW)).toBe('over');
});

test('a price is found again under its key, for everybody and for a tier', () => {
  expect(priceOf(priceKey('v1', ''))).toEqual({ variant_id: 'v1', tier: '' });
  expect(priceOf(priceKey('v1', 'gold'))).toEqual({ variant_id: 'v1', tier: 'gold' });
});

test('what two people wrote is told in words, and what nobody wrote stays empty', () => {
  const clashes = [
    { field: 'v1|', mine: 1_800, theirs: null },
    { field: 'name', mine: 'A', theirs: 'B' },
  ];
  expect(clashWords(clashes, { 'v1|': (minor) => `${Number(minor) / 100}` })).toEqual({ 'v1|': { '1800': '18' } });
  expect(clashWords(null, {})).toEqual({});
});
