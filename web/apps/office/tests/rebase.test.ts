import { expect, test } from 'vitest';
import { changesIn, rebase } from '../src/use/rebase';

const base = { name: '王芳', likes: '', tags: ['常客'] };

test('only what differs is sent', () => {
  expect(changesIn(base, { ...base, likes: '少糖' })).toEqual({ likes: '少糖' });
  expect(changesIn(base, { ...base, tags: ['常客'] })).toEqual({});
});

test('two people who touch different things both get their way', () => {
  const found = rebase(base, { ...base, likes: '少糖' }, { ...base, name: '王方' });
  expect(found.merged).toEqual({ name: '王方', likes: '少糖', tags: ['常客'] });
  expect(found.clashes).toEqual([]);
});

test('two people who want the same thing do not clash', () => {
  const wanted = { ...base, name: '王方' };
  expect(rebase(base, wanted, wanted).clashes).toEqual([]);
});

test('two people who want different things of one field clash there', () => {
  const found = rebase(base, { ...base, name: '王芳芳' }, { ...base, name: '王方' });
  expect(found.clashes).toEqual([{ field: 'name', mine: '王芳芳', theirs: '王方' }]);
});
