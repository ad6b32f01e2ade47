/** What a drawing names, read once for a page: templates, segments, coupon types. */
import type { AnswerOf } from '@regulars/api';
import type { Named } from '@regulars/shared';
import { computed, type ComputedRef } from 'vue';
import { server } from '../../server';
import { useSession } from '../../stores/session';
import { named } from '../../text';
import { useLoaded, type Loaded } from '../../use/loaded';
import { t, type Names } from './words';

export type Template = AnswerOf<'GET /message-templates'>[number];
export type Segment = AnswerOf<'GET /segments'>[number];
export type CouponType = AnswerOf<'GET /coupon-types'>[number];

export interface Things {
  templates: ComputedRef<readonly Template[]>;
  segments: ComputedRef<readonly Segment[]>;
  coupons: ComputedRef<readonly CouponType[]>;
  fault: ComputedRef<string>;
  names: Names;
  again: () => void;
  /** What was made meanwhile has its name too. */
  look: () => void;
}

export function useThings(): Things {
  const session = useSession();
  const templates = useLoaded<readonly Template[]>((signal) => server.call('GET /message-templates', { signal }));
  const segments = useLoaded<readonly Segment[]>(async (signal) => (session.can('segment.read') ? server.call('GET /segments', { signal }) : []));
  const coupons = useLoaded<readonly CouponType[]>(async (signal) => (session.can('coupon.read') ? server.call('GET /coupon-types', { signal }) : []));
  const all = [templates, segments, coupons];
  /** What is not read yet has no name so far; what is not there any more is said to be gone. */
  function known<Thing extends Named>(of: Loaded<readonly Thing[]>, fits: (thing: Thing) => boolean): string {
    const read = of.value.value;
    const thing = read?.find(fits);
    return thing ? named(thing) : t(read ? 'thing.gone' : 'thing.wait');
  }
  return {
    templates: computed(() => templates.value.value ?? []),
    segments: computed(() => segments.value.value ?? []),
    coupons: computed(() => coupons.value.value ?? []),
    fault: computed(() => all.map((one) => one.fault.value).find(Boolean) ?? ''),
    names: {
      template: (code) => (code ? known(templates, (one) => one.code === code) : ''),
      segment: (id) => (id ? known(segments, (one) => one.id === id) : ''),
      coupon: (code) => (session.can('coupon.read') ? known(coupons, (one) => one.code === code) : code),
    },
    again: () => {
      for (const one of all) if (one.fault.value) void one.load();
    },
    look: () => {
      for (const one of all) void one.look();
    },
  };
}
