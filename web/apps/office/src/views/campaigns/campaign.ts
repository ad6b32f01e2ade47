/** What the tabs of a campaign's page share. */
import type { AnswerOf } from '@regulars/api';
import { computed, inject, type ComputedRef, type InjectionKey } from 'vue';
import type { Loaded } from '../../use/loaded';

export type Campaign = AnswerOf<'GET /campaigns/{campaign_id}'>;

export const CAMPAIGN: InjectionKey<Loaded<Campaign>> = Symbol('campaign');

/** The campaign whose page this is; it is there before any tab is shown. */
export function useCampaign(): ComputedRef<Campaign> {
  const shared = inject(CAMPAIGN);
  const first = shared?.value.value;
  if (!shared || !first) throw new Error('a tab needs its campaign');
  return computed(() => shared.value.value ?? first);
}
