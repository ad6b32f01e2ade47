/**
 * The areas of the back office. Each is a folder of `views/` with an `area.ts` that exports one:
 * nothing else has to be changed to add one.
 *
 *     export const area: Area = { name: 'members', order: 20, icon: User, needs: ['member.read'], … };
 */
import type { Component } from 'vue';
import type { RouteRecordRaw } from 'vue-router';

export interface Area {
  /** First word of its addresses. */
  name: string;
  /** Where it stands in the navigation. */
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
  .sort((one, other) => one.order - other.order);
