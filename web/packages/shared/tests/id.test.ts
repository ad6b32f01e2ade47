import { expect, test } from 'vitest';
import { uuid7 } from '../src';

test('an id carries its time, its version and its variant', () => {
  const at = Date.UTC(2026, 4, 1);
  expect(uuid7(at, new Uint8Array(10))).toBe('019de0d5-c800-7000-8000-000000000000');
  expect(uuid7(at, new Uint8Array(10).fill(255))).toBe('019de0d5-c800-7fff-bfff-ffffffffffff');
});

test('ids sort by the time at which they were made', () => {
  const early = uuid7(1_700_000_000_000, new Uint8Array(10).fill(255));
  const late = uuid7(1_700_000_000_001, new Uint8Array(10));
  expect(early < late).toBe(true);
});
