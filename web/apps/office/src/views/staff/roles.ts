/** Roles and rights as the API names them, in the order in which a person reads them. */
import type { Operations } from '@regulars/api';

type NewStaff = Operations['POST /staff'][0]['body'];
type NewKey = Operations['POST /api-keys'][0]['body'];

export type RoleAt = NewStaff['roles'][number];
export type Role = RoleAt['role'];
export type Level = RoleAt['level'];
export type Right = NewKey['permissions'][number];

export const ROLES: readonly Role[] = ['cashier', 'store_manager', 'region_manager', 'marketer', 'accountant', 'owner'];
const LEVELS: readonly Level[] = ['store', 'region', 'organisation'];

/** The levels at which somebody lets others in: only head office does so for the whole chain. */
export function levelsFor(isEverywhere: boolean): readonly Level[] {
  return isEverywhere ? LEVELS : LEVELS.filter((level) => level !== 'organisation');
}

export const RIGHTS: readonly Right[] = [
  'order.read', 'order.quote', 'order.sell', 'order.discount', 'order.discount_any', 'order.refund',
  'member.read', 'member.join', 'member.write', 'member.reveal', 'member.import',
  'value.read', 'value.top_up', 'value.refund', 'value.move', 'value.report',
  'coupon.read', 'coupon.issue', 'offer.read', 'offer.write', 'segment.read', 'segment.write', 'journey.approve',
  'catalog.read', 'catalog.write', 'catalog.sold_out', 'catalog.cost', 'terms.read', 'terms.write',
  'store.read', 'store.write', 'terminal.bind', 'staff.read', 'staff.write', 'api_key.write',
  'report.read', 'measurement.read', 'audit.read', 'verify.run',
];

/** Where each role usually counts. */
const USUAL: Readonly<Record<Role, Level>> = {
  cashier: 'store',
  store_manager: 'store',
  region_manager: 'region',
  marketer: 'organisation',
  accountant: 'organisation',
  owner: 'organisation',
};

/** A role at its usual level, not yet at a place. */
export function usually(role: Role): RoleAt {
  return { role, level: USUAL[role], place_id: null };
}

/** What the server sent as text, as a role that can be sent back; null for an unknown one. */
export function roleFrom(sent: { role: string; level: string; place_id: string | null }): RoleAt | null {
  const role = ROLES.find((one) => one === sent.role);
  const level = LEVELS.find((one) => one === sent.level);
  return role && level ? { role, level, place_id: sent.place_id } : null;
}

/** Whether each role has a place where it needs one. */
export function isPlaced(roles: readonly RoleAt[]): boolean {
  return roles.length > 0 && roles.every((one) => one.level === 'organisation' || Boolean(one.place_id));
}

/** A role as one word, such as "cashier@store:0190…": two versions of a list can be compared. */
export function spelled({ role, level, place_id }: { role: string; level: string; place_id?: string | null }): string {
  return `${role}@${level}:${place_id ?? ''}`;
}

/** What a word spells; null for an unknown role. */
export function roleSpelled(word: string): RoleAt | null {
  const [, role = '', level = '', place = ''] = /^(\w+)@(\w+):(.*)$/.exec(word) ?? [];
  return roleFrom({ role, level, place_id: place || null });
}
