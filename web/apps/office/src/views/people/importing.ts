/**
 * An old list on its way into the shop: some rows at a time, while its person may look at other pages.
 * Where it stopped is remembered by the file's hash, without a word of what is in it: the same file goes
 * on from there, read by the same columns.
 */
import { Refused, Unanswered, type AnswerOf, type Operations } from '@regulars/api';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { server, told } from '../../server';
import { useSession } from '../../stores/session';
import { sheetOf, type Sheet, type SheetFault } from './sheet';
import { begun, forget, remember, remembered, type Column, type Tally } from './tally';

type Rows = Operations['POST /member-imports/rows'][0]['body'];
type BatchDone = AnswerOf<'POST /member-imports/rows'>;
export type Work = 'try' | 'import';

/** The headers are row 1. */
export const FIRST_ROW = 2;
const BATCH = 100;
const CELL_LETTERS_MAX = 1_000;
const TRIES_MAX = 5;
const WAIT_MILLISECONDS = 1_500;

const isFleeting = (failure: unknown): boolean => failure instanceof Unanswered || (failure instanceof Refused && failure.problem.status === 503);

export const useImporting = defineStore('importing', () => {
  const session = useSession();
  const sheet = shallowRef<Sheet | null>(null);
  const storeId = ref('');
  const columns = ref<Column[]>([]);
  const tally = shallowRef<Tally>(begun());
  /** What was done last, or is being done. */
  const work = ref<Work | null>(null);
  const running = ref(false);
  /** A file is being read: nothing else may begin. */
  const reading = ref(false);
  const failure = shallowRef<unknown>(null);
  const fault = computed(() => (failure.value ? told(failure.value) : ''));
  const total = computed(() => sheet.value?.rows.length ?? 0);
  const finished = computed(() => work.value !== null && !running.value && total.value > 0 && tally.value.next >= total.value);
  // Looked up anew whenever something was begun or put away.
  const kept = computed(() => (sheet.value && storeId.value && work.value === null ? remembered(sheet.value.hash, storeId.value) : null));
  let halted = false;

  /** Take up a file; answers what is wrong with it. */
  async function open(file: File): Promise<SheetFault | null> {
    reading.value = true;
    try {
      const found = await sheetOf(file);
      if (typeof found === 'string') return found;
      const guess = await server.call('POST /member-imports/columns', { body: { headers: found.headers.map((one) => one.slice(0, CELL_LETTERS_MAX)) } });
      clear();
      sheet.value = found;
      columns.value = [...guess.columns];
      recall();
      return null;
    } finally {
      reading.value = false;
    }
  }
  /** A file that stopped half way is read on by the columns that it began with. */
  function recall(): void {
    if (kept.value) columns.value = [...kept.value.columns];
  }
  function clear(): void {
    work.value = null;
    failure.value = null;
    tally.value = begun();
  }
  function close(): void {
    sheet.value = null;
    clear();
  }

  /** The rows of one batch; what no server takes is refused here, and its place left empty. */
  function batchAt(at: number): { body: Rows; tooLong: number[] } {
    const known = sheet.value;
    const width = known?.headers.length ?? 0;
    const tooLong: number[] = [];
    const rows = (known?.rows.slice(at, at + BATCH) ?? []).map((row, place) => {
      const cells = row.slice(0, width);
      if (!cells.some((cell) => cell.length > CELL_LETTERS_MAX)) return cells;
      tooLong.push(at + place + FIRST_ROW);
      return [];
    });
    const body = { store_id: storeId.value, file: known?.hash ?? '', first_row: at + FIRST_ROW, columns: columns.value, rows };
    return { body, tooLong };
  }

  async function sent(what: Work, body: Rows): Promise<BatchDone> {
    for (let tries = 1; ; tries += 1) {
      try {
        if (what === 'try') return await server.call('POST /member-imports/try', { body });
        return await server.call('POST /member-imports/rows', { body });
      } catch (problem) {
        if (!isFleeting(problem) || tries >= TRIES_MAX || halted) throw problem;
        await new Promise((done) => setTimeout(done, WAIT_MILLISECONDS * tries));
      }
    }
  }

  /** Do all that is left, batch by batch, until it is done, halted or in trouble. */
  async function go(): Promise<void> {
    const what = work.value;
    if (!what || running.value) return;
    running.value = true;
    halted = false;
    failure.value = null;
    try {
      while (tally.value.next < total.value && !halted) {
        const at = tally.value.next;
        const { body, tooLong } = batchAt(at);
        const done = await sent(what, body);
        // Who signed out meanwhile left nothing here.
        if (!sheet.value) break;
        tally.value = tally.value.with(done, tooLong, Math.min(total.value, at + BATCH));
        if (what === 'import') remember(sheet.value.hash, storeId.value, { tally: tally.value, columns: columns.value });
      }
      if (what === 'import' && sheet.value && tally.value.next >= total.value) forget(sheet.value.hash, storeId.value);
    } catch (problem) {
      failure.value = problem;
    } finally {
      running.value = false;
    }
  }
  function begin(what: Work): Promise<void> {
    tally.value = begun();
    work.value = what;
    return go();
  }
  /** Go on where the same file stopped, be it days ago. */
  function resume(): Promise<void> {
    if (kept.value) tally.value = kept.value.tally;
    work.value = 'import';
    return go();
  }
  function halt(): void {
    halted = true;
  }

  watch(storeId, () => {
    if (running.value) return;
    clear();
    recall();
  });
  // Whatever page is looked at: the browser asks before it is closed in the middle.
  function warn(event: BeforeUnloadEvent): void {
    event.preventDefault();
  }
  watch(running, (isRunning) => {
    if (isRunning) globalThis.addEventListener('beforeunload', warn);
    else globalThis.removeEventListener('beforeunload', warn);
  });
  // Nobody finds another person's list.
  watch(
    () => session.stage,
    (stage) => {
      if (stage === 'ready') return;
      halt();
      close();
      storeId.value = '';
    },
  );

  return { sheet, storeId, columns, tally, work, running, reading, failure, fault, total, finished, kept, open, clear, close, begin, go, resume, halt };
});
