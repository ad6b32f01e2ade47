import type { Problem } from '@regulars/api';
import { expect, test } from 'vitest';
import { faultsIn } from '../src/faults';

const english = (_: string, text: string) => text;
const form = { fields: ['name', 'birthday'], byCode: { 'member.birthday_malformed': 'birthday' } };

function problem(code: string, more: Partial<Problem> = {}): Problem {
  const said = { title_zh: '', title_en: '', detail_zh: '不对', detail_en: 'Not right', reference: '' };
  return { status: 422, code, parameters: {}, ...said, ...more };
}

test('a fault that names a field stands at it', () => {
  const errors = [{ field: 'body.name', detail_zh: '太长', detail_en: 'is too long' }];
  expect(faultsIn(problem('request.invalid', { errors }), form, english)).toEqual({ at: { name: 'is too long' }, above: '' });
});

test('a refusal finds its field by its parameter or by its code', () => {
  const long = problem('member.text_too_long', { parameters: { field: 'name' } });
  expect(faultsIn(long, form, english).at).toEqual({ name: 'Not right' });
  expect(faultsIn(problem('member.birthday_malformed'), form, english).at).toEqual({ birthday: 'Not right' });
});

test('what belongs to no field is told above the form', () => {
  const errors = [{ field: 'body.other', detail_zh: '必填', detail_en: 'is required' }];
  expect(faultsIn(problem('request.invalid', { errors }), form, english)).toEqual({ at: {}, above: 'Not right · is required' });
  expect(faultsIn(problem('member.closed'), form, english).above).toBe('Not right');
});
