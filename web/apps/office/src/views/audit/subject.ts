/** What an act was done to: in words, and where it is found. */
import type { RouteLocationRaw } from 'vue-router';
import { t, word } from './words';

export interface Subject {
  text: string;
  /** Pages that show it, the best first. */
  pages: readonly RouteLocationRaw[];
}

/** What is called by its name elsewhere: a person as an actor, a place as a place. */
export interface Naming {
  actorName: (actor: string) => string;
  placeName: (level: string, id: string | null) => string;
}

const PAGE_OF: Readonly<Record<string, string>> = {
  campaign: 'campaign',
  coupon_type: 'coupon',
  journey: 'journey',
  member: 'member',
  offer: 'offer',
  programme: 'programme',
  segment: 'segment',
  staff: 'person',
  store: 'store',
};

/** "member:0190…" is a member with a page of her own; a setting is told by its name alone. */
export function subjectOf(stored: string | null, naming: Naming): Subject {
  if (!stored) return { text: t('value.none'), pages: [] };
  const [kind = '', ...rest] = stored.split(':');
  const id = rest.join(':');
  if (!id) return { text: stored, pages: [] };
  const page = PAGE_OF[kind];
  const pages: RouteLocationRaw[] = page ? [{ name: page, params: { id } }] : [];
  if (kind === 'member') pages.push({ name: 'ledger-member', query: { member: id } });
  if (kind === 'staff') return { text: naming.actorName(stored), pages };
  const place = kind === 'store' || kind === 'region' ? naming.placeName(kind, id) : '';
  return { text: place || `${word('about', kind)} ${id}`, pages };
}
