/**
 * Settings as a chain inherits them, resolved as the server does: the nearest wins, unless a level
 * above locked the field or its range leaves the value out.
 */
import type { LevelName } from '../../use/levels';

export const LEVELS: readonly LevelName[] = ['organisation', 'region', 'store'];

/** The whole brand, a region of it, or a store in its region. */
export interface Place {
  region: string | null;
  store: string | null;
}

export interface Setting {
  level: string;
  place_id: string | null;
  value: unknown;
  effective_at: string;
  version: number;
  locked: boolean;
  low: number | null;
  high: number | null;
  /** From then on the place says nothing: the level above counts. */
  taken_away: boolean;
}

/** One end of what may be chosen, and the setting that drew it. */
export interface Bound<Made> {
  at: number;
  by: Made;
}

export interface Limits<Made> {
  low: Bound<Made> | null;
  high: Bound<Made> | null;
  lockedBy: Made | null;
}

export interface Standing<Made> {
  value: unknown;
  /** Null: as shipped. */
  source: Made | null;
}

export function levelOf(place: Place): LevelName {
  if (place.store) return 'store';
  return place.region ? 'region' : 'organisation';
}

/** The place's own id; the brand has none. */
export function idOf(place: Place): string | null {
  return place.store ?? place.region;
}

function isOf(setting: Setting, level: LevelName, place: Place): boolean {
  if (setting.level !== level) return false;
  if (level === 'organisation') return true;
  const id = level === 'region' ? place.region : place.store;
  return id !== null && setting.place_id === id;
}

/** This moment; no earlier than what the server wrote last, whatever this computer's clock says. */
export function nowFor(history: readonly { recorded_at: string }[]): number {
  return Math.max(Date.now(), ...history.map((one) => Date.parse(one.recorded_at)));
}

/** The setting of one level that holds at a moment; none where it was taken away. */
export function newestAt<Made extends Setting>(settings: readonly Made[], level: LevelName, place: Place, at: number): Made | null {
  const begun = settings.filter((one) => isOf(one, level, place) && Date.parse(one.effective_at) <= at);
  begun.sort((one, other) => Date.parse(one.effective_at) - Date.parse(other.effective_at) || one.version - other.version);
  const newest = begun.at(-1);
  return newest && !newest.taken_away ? newest : null;
}

/** What was set at the place itself and has not begun. */
export function comingAt<Made extends Setting>(settings: readonly Made[], place: Place, at: number): Made[] {
  const level = levelOf(place);
  return settings.filter((one) => isOf(one, level, place) && Date.parse(one.effective_at) > at);
}

/** The highest version of the place itself; 0 when it never set the field. */
export function versionAt(settings: readonly Setting[], place: Place): number {
  const level = levelOf(place);
  return settings.filter((one) => isOf(one, level, place)).reduce((most, one) => Math.max(most, one.version), 0);
}

function narrowed<Made extends Setting>(limits: Limits<Made>, by: Made): Limits<Made> {
  const { low, high } = limits;
  return {
    low: by.low !== null && (low === null || by.low > low.at) ? { at: by.low, by } : low,
    high: by.high !== null && (high === null || by.high < high.at) ? { at: by.high, by } : high,
    lockedBy: by.locked ? by : limits.lockedBy,
  };
}

export function isWithin(value: unknown, limits: Limits<unknown>): boolean {
  if (typeof value !== 'number') return true;
  return (limits.low === null || value >= limits.low.at) && (limits.high === null || value <= limits.high.at);
}

/** What the levels above leave a place to choose, from a moment on. */
export function limitsAt<Made extends Setting>(settings: readonly Made[], place: Place, at: number): Limits<Made> {
  let limits: Limits<Made> = { low: null, high: null, lockedBy: null };
  for (const level of LEVELS.slice(0, LEVELS.indexOf(levelOf(place)))) {
    const found = newestAt(settings, level, place, at);
    if (found && limits.lockedBy === null) limits = narrowed(limits, found);
  }
  return limits;
}

/** The value in force at a place and moment, and where it comes from. */
export function standingAt<Made extends Setting>(
  settings: readonly Made[],
  place: Place,
  at: number,
  shipped: unknown,
): Standing<Made> {
  let standing: Standing<Made> = { value: shipped, source: null };
  let limits: Limits<Made> = { low: null, high: null, lockedBy: null };
  for (const level of LEVELS) {
    const found = newestAt(settings, level, place, at);
    if (!found) continue;
    if (isWithin(found.value, limits)) standing = { value: found.value, source: found };
    if (found.locked) break;
    limits = narrowed(limits, found);
  }
  return standing;
}

/** Whether two values are one. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** Which of some stores get another value by a new setting, and from what. */
export function changedBy<Store extends { id: string; region_id: string }>(
  settings: readonly Setting[],
  draft: Setting,
  given: { stores: readonly Store[]; at: number; shipped: unknown },
): { store: Store; before: unknown; after: unknown }[] {
  return given.stores
    .map((store) => {
      const place = { region: store.region_id, store: store.id };
      const before = standingAt(settings, place, given.at, given.shipped).value;
      const after = standingAt([...settings, draft], place, given.at, given.shipped).value;
      return { store, before, after };
    })
    .filter(({ before, after }) => !isSame(before, after));
}
