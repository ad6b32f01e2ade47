/**
 * The areas of the back office. Each is a folder of `views/` with an `area.ts` that exports one:
 * nothing else has to be changed to add one.
 *
 *     export const area: Area = { name: 'members', group: 'guests', order: 20, icon: User, needs: ['member.read'], … };
 */
import type { Component } from 'vue';
import type { RouteRecordRaw } from 'vue-router';

/** What belongs together in the navigation, from above to below. */
export const GROUPS = ['today', 'guests', 'marketing', 'shop', 'books'] as const;
export type Group = (typeof GROUPS)[number];

export interface Area {
  /** First word of its addresses. */
  name: string;
  group: Group;
  /** Where it stands in its group. */
  order: number;
  icon: Component;
  title: () => string;
  /** The rights without which it is not shown, each of them. */
  needs: readonly string[];
  /** Its pages; the paths begin below the area's own. `meta.ofPlace`: see the router. */
  routes: RouteRecordRaw[];
}

const found = import.meta.glob<{ area: Area }>('./views/*/area.ts', { eager: true });

export const AREAS: readonly Area[] = Object.values(found)
  .map((module) => module.area)
  .sort((one, other) => GROUPS.indexOf(one.group) - GROUPS.indexOf(other.group) || one.order - other.order);
