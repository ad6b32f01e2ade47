/** At which level something holds: the whole brand, a region, a store; and what each place is called. */
import { computed, onMounted, type ComputedRef } from 'vue';
import { usePlace } from '../stores/place';
import { named, t } from '../text';
import { useAttempt } from './attempt';

export type LevelName = 'organisation' | 'region' | 'store';

/** The brand has no id: among places it stands under this. */
export const BRAND = 'brand';

export interface Levels {
  options: ComputedRef<readonly { id: string; name: string; group: string }[]>;
  nameOf(level: string, placeId: string | null): string;
  /** The level and id, as the server takes them, of an option. */
  told(id: string): { level: LevelName; place_id: string | null };
}

/** Every place of the chain that she works in. */
export function useLevels(): Levels {
  const place = usePlace();
  const { run } = useAttempt();
  onMounted(() => void run(() => place.loadRegions()));

  const options = computed(() => [
    { id: BRAND, name: t('level.organisation'), group: t('level.group_brand') },
    ...place.regions.map((region) => ({ id: region.id, name: named(region), group: t('level.group_region') })),
    ...place.stores.map((store) => ({ id: store.id, name: named(store), group: t('level.group_store') })),
  ]);

  function nameOf(level: string, placeId: string | null): string {
    if (level === 'organisation') return t('level.organisation');
    const found = options.value.find((one) => one.id === placeId);
    const kind = level === 'region' ? t('level.region') : t('level.store');
    return found ? t('level.named', { kind, name: found.name }) : kind;
  }
  function told(id: string): { level: LevelName; place_id: string | null } {
    if (id === BRAND) return { level: 'organisation', place_id: null };
    return { level: place.nameOf(id) ? 'store' : 'region', place_id: id };
  }
  return { options, nameOf, told };
}
