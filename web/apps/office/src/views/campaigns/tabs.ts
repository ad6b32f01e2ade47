import { computed, type ComputedRef } from 'vue';
import type { Tab } from '../../parts/tab';
import { t } from './words';

/** The parts of the area. */
export function useTabs(): ComputedRef<readonly Tab[]> {
  return computed(() => [
    { name: 'campaigns', title: t('tab.campaigns'), to: { name: 'campaigns' } },
    { name: 'ready', title: t('tab.ready'), to: { name: 'campaigns-ready' } },
  ]);
}
