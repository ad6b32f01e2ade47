/** What the form of an offer needs to know beside its fields. */
import type { Session } from '@regulars/api';
import type { Named } from '@regulars/shared';
import { momentIn } from '../../format';
import { language, listed, named } from '../../text';
import type { Clash } from '../../use/rebase';
import { placeOf, type Level, type Offer } from './offer';
import { t, word } from './words';

const WHOLE_CHAIN = ['owner', 'marketer'];

/** Where a new offer holds until somebody says otherwise: her region, where she has no more. */
export function placeAtFirst(session: Session | null): string {
  const roles = session?.roles ?? [];
  const regions = new Set((session?.stores ?? []).map((one) => one.region_id));
  const [first] = regions;
  const isRegional = !roles.some((role) => WHOLE_CHAIN.includes(role));
  return isRegional && regions.size === 1 && first ? `region:${first}` : '';
}

/** The groups that any offer is in: what is offered to choose from. */
export function groupsOf(offers: readonly Offer[]): string[] {
  const all = offers.flatMap((one) => (Array.isArray(one.definition.groups) ? one.definition.groups.map(String) : []));
  return [...new Set(all)].sort();
}

/** What each field is called where two versions are compared. */
export function labelsOf(): Record<string, string> {
  return {
    name_zh: t('form.name_zh'),
    name_en: t('form.name_en'),
    place: t('form.place'),
    begins: t('form.begins'),
    ends: t('form.ends'),
    kind: t('form.kind'),
    effect: t('form.what'),
    goods: t('form.goods'),
    condition: t('form.condition'),
    limits: t('form.limits'),
    stack: t('stack.label'),
    only_with: t('stack.only_with'),
    groups: t('stack.groups'),
    on_return: t('stack.on_return'),
    priority: t('stack.priority'),
  };
}

type Place = Named & { id: string };

/** Where an offer holds, by name. */
export function placeName(level: Level, id: string | null, places: readonly Place[]): string {
  if (level === 'organisation') return t('place.all');
  const found = places.find((one) => one.id === id);
  return found ? named(found) : t('place.elsewhere');
}

/** A value of a field in words; what no cell can hold is told by the whole sentence above the table. */
function told(field: string, value: unknown, places: readonly Place[], zone: string | undefined): string {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return listed(value) || t('pick.none');
  if (typeof value === 'object' && value !== null) return t('form.see_sentence');
  const text = String(value ?? '');
  if (field === 'kind' || field === 'stack') return word(field, text);
  if (field === 'on_return') return word('return', text);
  if (field === 'begins') return text ? momentIn(language.value, text, zone) : t('form.at_once');
  if (field === 'ends') return text ? momentIn(language.value, text, zone) : t('list.open');
  if (field !== 'place') return text;
  const { level, place_id } = placeOf(text);
  return placeName(level, place_id, places);
}

/** What stands in the cells where two versions are compared. */
export function wordsOf(clashes: readonly Clash[], places: readonly Place[], zone: string | undefined): Record<string, Record<string, string>> {
  const cells = (clash: Clash) =>
    [clash.mine, clash.theirs].map((value) => [String(value ?? ''), told(clash.field, value, places, zone)] as const);
  return Object.fromEntries(clashes.map((clash) => [clash.field, Object.fromEntries(cells(clash))]));
}
