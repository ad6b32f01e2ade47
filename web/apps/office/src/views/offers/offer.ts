/** An offer as the lists and forms of this area speak of it. */
import type { AnswerOf } from '@regulars/api';
import { definitionData, definitionFrom, EMPTY, type Definition, type Stored } from './definition';

export type Offer = AnswerOf<'GET /offers'>[number];
/** One version of an offer, as it is told. */
export type Shown = NonNullable<Offer['current']>;
export type Version = AnswerOf<'GET /offers/{offer_id}/versions'>[number];
export type Template = AnswerOf<'GET /offer-templates'>[number];
export type Level = Offer['level'];
export type State = 'running' | 'planned' | 'ended' | 'stopped' | 'draft';

export const STATES: readonly State[] = ['running', 'planned', 'ended', 'stopped', 'draft'];

/** The fields of the form. A place is "", "region:…" or "store:…". */
export interface OfferFields extends Definition, Record<string, unknown> {
  name_zh: string;
  name_en: string;
  place: string;
  /** Null is at once. */
  begins: string | null;
  /** Null is until it is stopped. */
  ends: string | null;
}

/** An offer that is tried before it is saved. */
export interface Draft {
  id: string;
  name_zh: string;
  name_en: string;
  definition: Stored;
}

export const EMPTY_OFFER: OfferFields = { ...EMPTY, name_zh: '', name_en: '', place: '', begins: null, ends: null };

/** What holds of an offer now; of one that is not given now, its newest version. */
export function shownOf(offer: Offer): Shown {
  return offer.stand === 'running' && offer.current ? offer.current : offer;
}

/** Where a version stands at a moment, by its own days alone. */
export function stateOf(offer: Pick<Offer, 'state' | 'effective_at' | 'ends_at'>, now: Date): State {
  if (offer.state !== 'active') return 'stopped';
  if (new Date(offer.effective_at) > now) return 'planned';
  return offer.ends_at && new Date(offer.ends_at) <= now ? 'ended' : 'running';
}

/** Where a version stands, the newest first: until the one after it begins, the older one holds. */
export function versionState(versions: readonly Version[], version: Version, now: Date): State | 'replaced' {
  const until = Math.max(now.getTime(), Date.parse(version.effective_at));
  const isReplaced = versions.some((one) => one.version > version.version && Date.parse(one.effective_at) <= until);
  return isReplaced ? 'replaced' : stateOf(version, now);
}

export function placeText(level: Level, placeId: string | null): string {
  return level === 'organisation' || !placeId ? '' : `${level}:${placeId}`;
}

export function placeOf(text: string): { level: Level; place_id: string | null } {
  const [level = '', id = ''] = text.split(':');
  if (level === 'region' || level === 'store') return { level, place_id: id };
  return { level: 'organisation', place_id: null };
}

/** A saved offer in its form. One that began already begins anew when it is saved: now. */
export function fieldsOf(offer: Offer, now: Date): OfferFields {
  return {
    ...definitionFrom(offer.definition),
    name_zh: offer.name_zh,
    name_en: offer.name_en,
    place: placeText(offer.level, offer.place_id),
    begins: stateOf(offer, now) === 'planned' ? offer.effective_at : null,
    ends: offer.ends_at,
  };
}

/** A new offer like another: without its dates. */
export function copyOf(offer: Pick<Offer, 'name_zh' | 'name_en' | 'definition'>, place: string): OfferFields {
  return { ...EMPTY_OFFER, ...definitionFrom(offer.definition), name_zh: offer.name_zh, name_en: offer.name_en, place };
}

/** What is sent to save an offer. */
export function bodyOf(fields: OfferFields): {
  name_zh: string;
  name_en: string;
  level: Level;
  place_id: string | null;
  definition: Stored;
  effective_at: string | null;
  ends_at: string | null;
} {
  return {
    name_zh: fields.name_zh.trim(),
    name_en: fields.name_en.trim(),
    ...placeOf(fields.place),
    definition: definitionData(fields),
    effective_at: fields.begins,
    ends_at: fields.ends,
  };
}
