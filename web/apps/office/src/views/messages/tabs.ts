import { computed, type ComputedRef } from 'vue';
import type { Tab } from '../../parts/tab';
import { t } from './words';

/** The parts of the area. */
export function useTabs(): ComputedRef<readonly Tab[]> {
  return computed(() => [
    { name: 'templates', title: t('tab.templates'), to: { name: 'messages' } },
    { name: 'outbox', title: t('tab.outbox'), to: { name: 'messages-outbox' }, needs: ['offer.write', 'member.read'] },
    { name: 'channels', title: t('tab.channels'), to: { name: 'messages-channels' } },
  ]);
}
