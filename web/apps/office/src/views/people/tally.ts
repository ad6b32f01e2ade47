/** How far an import is, and what came of its rows so far. */
import type { AnswerOf, Operations } from '@regulars/api';

type BatchDone = AnswerOf<'POST /member-imports/rows'>;
export type Column = Operations['POST /member-imports/rows'][0]['body']['columns'][number];

export interface RefusedRow {
  row: number;
  /** What is wrong and in which column, as the server names them; empty where we refused it. */
  code: string;
  column: string;
  zh: string;
  en: string;
}

interface Counted {
  /** How many rows of the list are done with. */
  next: number;
  imported: number;
  known: number;
  /** All that were refused; of very many the first are kept with their reasons. */
  refusedCount: number;
  refused: readonly RefusedRow[];
}

export interface Tally extends Counted {
  with: (done: BatchDone, tooLong: readonly number[], next: number) => Tally;
}

/** An import that stopped: how far it was, and by which columns it was read. */
export interface Stopped {
  tally: Tally;
  columns: readonly Column[];
}

const REFUSED_KEPT = 5_000;
const keyOf = (hash: string, store: string): string => `regulars.office.import.${hash}.${store}`;

function tallyOf(counted: Counted): Tally {
  return {
    ...counted,
    with(done, tooLong, next) {
      const fresh: RefusedRow[] = [
        ...done.refused.map((one) => ({ row: one.row, code: one.code, column: one.column ?? '', zh: one.reason_zh, en: one.reason_en })),
        ...tooLong.map((row) => ({ row, code: '', column: '', zh: '', en: '' })),
      ].sort((one, other) => one.row - other.row);
      return tallyOf({
        next,
        imported: counted.imported + done.imported,
        known: counted.known + done.known,
        refusedCount: counted.refusedCount + fresh.length,
        refused: [...counted.refused, ...fresh].slice(0, REFUSED_KEPT),
      });
    },
  };
}

export function begun(): Tally {
  return tallyOf({ next: 0, imported: 0, known: 0, refusedCount: 0, refused: [] });
}

function isStopped(found: unknown): found is { tally: Counted; columns: Column[] } {
  return typeof found === 'object' && found !== null && 'tally' in found && 'columns' in found && Array.isArray(found.columns);
}

/** Keep in this browser how far a file is, so that it goes on from there. */
export function remember(hash: string, store: string, { tally, columns }: Stopped): void {
  const { next, imported, known, refusedCount, refused } = tally;
  const counted: Counted = { next, imported, known, refusedCount, refused };
  try {
    localStorage.setItem(keyOf(hash, store), JSON.stringify({ tally: counted, columns }));
  } catch {
    // The browser has no room: the file then starts over, and rows that were taken over are known.
    forget(hash, store);
  }
}

/** Where the import of a file into a store stopped, if it did. */
export function remembered(hash: string, store: string): Stopped | null {
  const text = localStorage.getItem(keyOf(hash, store));
  if (text === null) return null;
  const found: unknown = JSON.parse(text);
  return isStopped(found) ? { tally: tallyOf(found.tally), columns: found.columns } : null;
}

export function forget(hash: string, store: string): void {
  localStorage.removeItem(keyOf(hash, store));
}
