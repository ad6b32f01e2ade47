import { expect, test } from 'vitest';
import { heardCode, spokenCode, uuid7 } from '../src';

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

test('the code that is told of an id has six clear characters and is heard as it is told', () => {
  const code = spokenCode('019de0d5-c800-7fff-bfff-ffffffffffff');
  expect(code).toMatch(/^[2-9CDFHJKMNPRTVWXY]{6}$/);
  expect(spokenCode('019de0d5-c800-7fff-bfff-fffffffffffe')).not.toBe(code);
  expect(spokenCode('019de0d5-c800-7000-8000-000000000000')).toBe('222222');
  expect(heardCode(` ${code.slice(0, 3).toLowerCase()}-${code.slice(3)} `)).toBe(code);
});
