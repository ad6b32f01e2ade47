/** Lists of members: read as spreadsheets save them, named by their hash, given back without formulas. */
import { expect, test } from 'vitest';
import { birthdayIn, lunarDay } from '../src/views/people/birthday';
import { csvOf, decoded, rowsOf } from '../src/views/people/csv';
import { sha256 } from '../src/views/people/sha256';
import { begun } from '../src/views/people/tally';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a file has the hash that the standard gives it', () => {
  expect(sha256(bytes(''))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const two = 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq';
  expect(sha256(bytes(two))).toBe('248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
});

test('cells in quotes hold commas, quotes and line breaks', () => {
  expect(rowsOf('姓名,备注\r\n王芳,"少糖, ""去冰""\n常温"\r\n李敏,\r\n')).toEqual([
    ['姓名', '备注'],
    ['王芳', '少糖, "去冰"\n常温'],
    ['李敏', ''],
  ]);
  expect(rowsOf('a;b\n1;2')).toEqual([['a', 'b'], ['1', '2']]);
  expect(rowsOf('\uFEFFa\tb\r1\t2')).toEqual([['a', 'b'], ['1', '2']]);
});

test('a list saved in Chinese of old is read, and bytes of a picture are not', () => {
  expect(decoded(new Uint8Array([0xd0, 0xd5, 0xc3, 0xfb]))).toBe('姓名');
  expect(decoded(bytes('姓名'))).toBe('姓名');
  expect(decoded(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff]))).toBeNull();
});

test('what is given back runs as no formula, and numbers stay numbers', () => {
  const file = csvOf([['=SUM(A1)', '+8613812345678', '-5', '@cmd', '+A1', 'a,b']]);
  expect(file).toBe("\uFEFF'=SUM(A1),+8613812345678,-5,'@cmd,'+A1,\"a,b\"\r\n");
});

test('an import counts what came of its rows, batch by batch', () => {
  const refused = [{ row: 7, column: 'phone', code: 'import.cell_malformed', reason_zh: '看不懂', reason_en: 'unclear' }];
  const tally = begun()
    .with({ imported: 2, known: 1, refused }, [4], 100)
    .with({ imported: 5, known: 0, refused: [] }, [], 120);
  expect([tally.next, tally.imported, tally.known, tally.refusedCount]).toEqual([120, 7, 1, 2]);
  expect(tally.refused.map((one) => [one.row, one.code, one.column])).toEqual([
    [4, '', ''],
    [7, 'import.cell_malformed', 'phone'],
  ]);
});

test('a birthday is read as a day, with or without its year', () => {
  expect(birthdayIn('zh-CN', '1995-06-18')).toBe('1995年6月18日');
  expect(birthdayIn('zh-CN', '--06-18')).toBe('6月18日');
  expect(birthdayIn('en', '--02-29')).toBe('29 Feb');
  expect(lunarDay('lunar:--08-15')).toEqual({ month: 8, day: 15 });
  expect(lunarDay('lunar:1990-04-07')).toEqual({ month: 4, day: 7 });
  expect(lunarDay('1990-04-07')).toBeNull();
});
