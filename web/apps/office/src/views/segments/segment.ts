/** What the tabs of a segment's page share. */
import type { AnswerOf } from '@regulars/api';
import { computed, inject, type ComputedRef, type InjectionKey } from 'vue';
import type { Loaded } from '../../use/loaded';

export type Segment = AnswerOf<'GET /segments/{segment_id}'>;

export const SEGMENT: InjectionKey<Loaded<Segment>> = Symbol('segment');

/** The segment whose page this is; it is there before any tab is shown. */
export function useSegment(): { segment: ComputedRef<Segment>; id: string } {
  const loaded = inject(SEGMENT);
  const first = loaded?.value.value;
  if (!loaded || !first) throw new Error('a tab needs its segment');
  return { segment: computed(() => loaded.value.value ?? first), id: first.id };
}
