/** A report's answer to what its address asks, and how the same answer is asked for again. */
import { computed } from 'vue';
import { dayAfter } from '../../days';
import type { ReportName, Told } from '../../figures';
import { server } from '../../server';
import { useLoaded, type Loaded } from '../../use/loaded';
import type { Asking } from './asked';
import type { Spec } from './catalogue';
import { spanOf, type Span } from './period';
import { narrowed, type Asked, type Narrowed } from './question';

/** The business day that runs now in these stores; their clock and their end of day say which. */
async function todayIn(stores: string[], signal: AbortSignal): Promise<string> {
  const told = await server.call('GET /reports/{name}', { path: { name: 'today' }, query: { store_id: stores }, signal });
  return told.span.from;
}

async function daysOf(asked: Asked, stores: string[], signal: AbortSignal): Promise<Partial<Span>> {
  const { period, from, to } = asked;
  if (period === null) return {};
  if (period !== 'own') return spanOf(period, await todayIn(stores, signal));
  return { ...(from ? { from } : {}), ...(to ? { to: dayAfter(to, 1) } : {}) };
}

export function useAnswer(spec: Spec, { asked, stores }: Asking): Loaded<Told> {
  const question = computed(() => {
    const { period, from, to, compare, source } = asked.value;
    return JSON.stringify([period, from, to, compare, source, stores.value]);
  });
  return useLoaded(
    async (signal) => {
      const days = spec.of_period ? await daysOf(asked.value, stores.value, signal) : {};
      const query = {
        ...days,
        store_id: stores.value,
        ...narrowed(spec, asked.value),
      };
      return server.call('GET /reports/{name}', { path: { name: spec.report }, query, signal });
    },
    [question],
  );
}

export type FileFormat = 'csv' | 'xlsx' | 'html';

/** The address of a file that tells the very figures of an answer, which `query` asked for. */
export function fileAddress(
  told: { report: ReportName; span: Told['span'] },
  given: { query: Narrowed; stores: readonly string[]; format: FileFormat; lang: 'zh' | 'en' },
): string {
  const { query, stores, format, lang } = given;
  const words = new URLSearchParams({ format, lang, from: told.span.from, to: told.span.to, as_of: told.span.as_of });
  if (query.compare) words.set('compare', query.compare);
  if (query.source) words.set('source', query.source);
  for (const store of stores) words.append('store_id', store);
  return `/api/v1/reports/${told.report}?${words.toString()}`;
}
