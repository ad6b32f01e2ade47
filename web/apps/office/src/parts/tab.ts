import type { RouteLocationRaw } from 'vue-router';

/** One of the parts of a page or an area. */
export interface Tab {
  name: string;
  title: string;
  to: RouteLocationRaw;
  /** The rights without which it is not shown. */
  needs?: readonly string[];
}
