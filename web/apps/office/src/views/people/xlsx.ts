/**
 * The first sheet of a workbook as rows of texts: what a cell shows as a number, a day or a word. Formulas
 * count by the result that was saved with them.
 */
import { unpacking, type Unpack } from './unpacked';

const DAY_MILLISECONDS = 86_400_000;
// Day 25569 of a spreadsheet is 1 January 1970; books of the old Mac begin 1462 days later.
const EPOCH_DAY = 25_569;
const MAC_DAYS = 1_462;
const DAY_LETTERS = 10;
const DIGITS_MAX = 15;
const ROWS_MAX = 1_048_576;

function parsed(text: string | null): Document | null {
  if (text === null) return null;
  const found = new DOMParser().parseFromString(text, 'application/xml');
  return found.querySelector('parsererror') ? null : found;
}

const all = (of: Document | Element | null, name: string): Element[] => [...(of?.getElementsByTagName(name) ?? [])];

/** The text of a cell or of a shared one; how it is read aloud (`rPh`) is no part of it. */
function textOf(of: Element): string {
  return all(of, 't')
    .filter((one) => one.parentElement?.tagName !== 'rPh')
    .map((one) => one.textContent ?? '')
    .join('');
}

/** Which styles show a number as a day. */
function dayStyles(styles: Document | null): boolean[] {
  const own = new Map(all(styles, 'numFmt').map((one) => [one.getAttribute('numFmtId'), one.getAttribute('formatCode') ?? '']));
  const isDay = (id: number): boolean => {
    const code = own.get(String(id));
    if (code !== undefined) return /[ymd]/i.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
    return (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
  };
  const [formats] = all(styles, 'cellXfs');
  return all(formats ?? null, 'xf').map((one) => isDay(Number(one.getAttribute('numFmtId'))));
}

function numberText(text: string, isDay: boolean, mac: boolean): string {
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return text;
  if (isDay) {
    const day = Math.floor(number) + (mac ? MAC_DAYS : 0) - EPOCH_DAY;
    return new Date(day * DAY_MILLISECONDS).toISOString().slice(0, DAY_LETTERS);
  }
  // A figure is what fifteen digits of it say: 0.1 + 0.2 is 0.3 in the sheet too.
  return Number.isInteger(number) ? BigInt(number).toString() : String(Number(number.toPrecision(DIGITS_MAX)));
}

/** The place of a cell: "C5" is 2. */
function placeOf(name: string): number {
  const letters = /^[A-Z]+/.exec(name)?.[0] ?? 'A';
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

async function firstSheet(unpack: Unpack): Promise<{ name: string; mac: boolean } | null> {
  const book = parsed(await unpack('xl/workbook.xml'));
  const links = parsed(await unpack('xl/_rels/workbook.xml.rels'));
  const id = all(book, 'sheet')[0]?.getAttribute('r:id');
  const target = all(links, 'Relationship').find((one) => one.getAttribute('Id') === id)?.getAttribute('Target');
  if (!target) return null;
  const mac = ['1', 'true'].includes(all(book, 'workbookPr')[0]?.getAttribute('date1904') ?? '');
  return { name: target.startsWith('/') ? target.slice(1) : `xl/${target}`, mac };
}

/** The rows of a workbook's first sheet; null: it is no workbook. */
export async function workbookRows(bytes: Uint8Array<ArrayBuffer>): Promise<string[][] | null> {
  const unpack = unpacking(bytes);
  const first = await firstSheet(unpack);
  const sheet = first && parsed(await unpack(first.name));
  if (!first || !sheet) return null;
  const shared = all(parsed(await unpack('xl/sharedStrings.xml')), 'si').map(textOf);
  const days = dayStyles(parsed(await unpack('xl/styles.xml')));
  const rows: string[][] = [];
  for (const line of all(sheet, 'row')) {
    const number = Number(line.getAttribute('r')) || rows.length + 1;
    if (number > ROWS_MAX) break;
    while (rows.length < number - 1) rows.push([]);
    const row: string[] = [];
    for (const cell of all(line, 'c')) {
      const place = cell.hasAttribute('r') ? placeOf(cell.getAttribute('r') ?? '') : row.length;
      while (row.length < place) row.push('');
      const kind = cell.getAttribute('t');
      const value = all(cell, 'v')[0]?.textContent ?? '';
      if (kind === 's') row.push(shared[Number(value)] ?? '');
      else if (kind === 'inlineStr') row.push(textOf(cell));
      else if (kind === null || kind === 'n') row.push(numberText(value, days[Number(cell.getAttribute('s'))] ?? false, first.mac));
      else row.push(value);
    }
    rows.push(row);
  }
  return rows;
}
