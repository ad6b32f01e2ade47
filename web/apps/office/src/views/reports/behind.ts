/** The rows that one figure counts: which figure of which report, of which days and stores. */
import type { Operations } from '@regulars/api';
import { computed, type ComputedRef } from 'vue';
import { useRoute, type LocationQuery } from 'vue-router';
import { dayAfter, isDay } from '../../days';
import type { ReportName } from '../../figures';
import { dayIn } from '../../format';
import { server } from '../../server';
import { usePlace } from '../../stores/place';
import { either, language } from '../../text';
import { useLoaded } from '../../use/loaded';
import { useAsked } from './asked';
import { sourceName, t } from './words';

export type Query = Operations['GET /reports/{name}/orders'][0]['query'];

export interface Behind {
  /** What to ask with; null while nobody knows the figure. */
  query: ComputedRef<Query | null>;
  title: ComputedRef<string>;
  about: ComputedRef<string>;
  /** The report with all that was chosen there. */
  back: ComputedRef<{ title: string; query: LocationQuery }>;
  fault: ComputedRef<string>;
  load(): Promise<void>;
  /** The address names no figure of this report. */
  isUnknown: ComputedRef<boolean>;
}

const OWN = ['metric', 'key', 'since', 'until', 'as_of'];

/** The name of the row that the visitor came from, where the visit still knows it. */
function labelOfVisit(): { zh: string; en: string } {
  const kept: unknown = history.state;
  const text = (name: string): string => {
    const value: unknown = typeof kept === 'object' && kept !== null ? Reflect.get(kept, name) : null;
    return typeof value === 'string' ? value : '';
  };
  return { zh: text('label_zh'), en: text('label_en') };
}

export function useBehind(name: ReportName): Behind {
  const route = useRoute();
  const place = usePlace();
  const { asked, stores, word } = useAsked();
  const label = labelOfVisit();
  const specs = useLoaded((signal) => server.call('GET /reports', { signal }));
  const spec = computed(() => specs.value.value?.find((one) => one.report === name));
  const figure = computed(() => spec.value?.metrics.find((one) => one.metric === word('metric') && one.drill !== null));
  const query = computed((): Query | null => {
    if (!figure.value || !spec.value) return null;
    return {
      metric: figure.value.metric,
      key: word('key') || null,
      from: isDay(word('since')) ? word('since') : null,
      to: isDay(word('until')) ? word('until') : null,
      as_of: word('as_of') || null,
      source: spec.value.by_source ? asked.value.source || null : null,
      store_id: stores.value,
    };
  });
  const reportTitle = computed(() => (spec.value ? either(spec.value.title_zh, spec.value.title_en) : ''));
  const rowName = computed(() => {
    const key = word('key');
    if (!key || !spec.value) return '';
    if (spec.value.dimension === 'day') return isDay(key) ? dayIn(language.value, key) : '';
    if (spec.value.dimension === 'source') return sourceName(key);
    return (spec.value.dimension === 'store' && place.storeName(key)) || either(label.zh, label.en);
  });
  const about = computed(() => {
    if (!spec.value || !query.value) return '';
    const { from, to } = query.value;
    const last = to ? dayAfter(to, -1) : '';
    const day = (one: string): string => dayIn(language.value, one);
    const days = from && last ? (from === last ? day(from) : t('span.days', { from: day(from), to: day(last) })) : '';
    // A row that is a day says by itself which.
    const isDayRow = spec.value.dimension === 'day' && rowName.value !== '';
    return [reportTitle.value, rowName.value, spec.value.of_period && !isDayRow ? days : ''].filter(Boolean).join(' · ');
  });
  return {
    query,
    title: computed(() => (figure.value ? either(figure.value.name_zh, figure.value.name_en) : '')),
    about,
    back: computed(() => ({
      title: reportTitle.value || t('list.title'),
      query: Object.fromEntries(Object.entries(route.query).filter(([one]) => !OWN.includes(one))),
    })),
    fault: specs.fault,
    load: specs.load,
    isUnknown: computed(() => specs.value.value !== null && figure.value === undefined),
  };
}
