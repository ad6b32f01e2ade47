/** The list that somebody chose: its headers, its rows, and what names it for good. */
import { decoded, rowsOf } from './csv';
import { sha256 } from './sha256';
import { workbookRows } from './xlsx';

export interface Sheet {
  name: string;
  /** What the whole file hashes to: sent again, it is the same list. */
  hash: string;
  headers: string[];
  /** Row 2 of the file comes first. */
  rows: string[][];
}

export type SheetFault = 'file_large' | 'file_kind' | 'file_encoding' | 'file_empty' | 'file_wide';

const BYTES_MAX = 64 * 1024 * 1024;
const COLUMNS_MAX = 60;
const ZIP_MARK = [0x50, 0x4b];
const OLD_BOOK_MARK = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

const begins = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, at) => bytes[at] === byte);

/** A list, or why it is none. */
export async function sheetOf(file: File): Promise<Sheet | SheetFault> {
  if (file.size > BYTES_MAX) return 'file_large';
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (begins(bytes, OLD_BOOK_MARK)) return 'file_kind';
  let rows: string[][] | null;
  if (begins(bytes, ZIP_MARK)) {
    rows = await workbookRows(bytes).catch(() => null);
    if (rows === null) return 'file_kind';
  } else {
    const text = decoded(bytes);
    if (text === null) return 'file_encoding';
    rows = rowsOf(text);
  }
  const [headers = [], ...rest] = rows;
  while (rest.length > 0 && rest.at(-1)?.every((cell) => cell.trim() === '')) rest.pop();
  if (rest.length === 0 || headers.every((header) => header.trim() === '')) return 'file_empty';
  if (headers.length > COLUMNS_MAX) return 'file_wide';
  return { name: file.name, hash: sha256(bytes), headers, rows: rest };
}
