/** Offers that somebody began and put aside: they stay in this browser, for her alone. */
import { shallowRef, type ShallowRef } from 'vue';
import type { OfferFields } from './offer';

export interface Kept {
  id: string;
  kept_at: string;
  fields: OfferFields;
}

const keyOf = (staffId: string): string => `regulars.office.offers.${staffId}`;

function readAll(staffId: string): Kept[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(staffId)) ?? '[]');
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

export interface Drafts {
  all: ShallowRef<readonly Kept[]>;
  find(id: string): Kept | undefined;
  keep(id: string, fields: OfferFields): void;
  forget(id: string): void;
}

/** What she put aside, newest first. */
export function useDrafts(staffId: string): Drafts {
  const all = shallowRef<readonly Kept[]>(readAll(staffId));

  function write(next: readonly Kept[]): void {
    all.value = next;
    localStorage.setItem(keyOf(staffId), JSON.stringify(next));
  }
  const without = (id: string): Kept[] => readAll(staffId).filter((one) => one.id !== id);
  return {
    all,
    find: (id) => all.value.find((one) => one.id === id),
    keep: (id, fields) => write([{ id, kept_at: new Date().toISOString(), fields: { ...fields } }, ...without(id)]),
    forget: (id) => write(without(id)),
  };
}
