import type { GroupSeat, MallOrder, Pass, Programme, ProgrammeKind } from '@regulars/api';
import type { Named } from '@regulars/shared';
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import { server } from '../server';
import { named } from '../text';
import { useCart } from './cart';
import { useSession } from './session';

/** What this store invites its members to, and what the greeted one has of it. */
export const useShelf = defineStore('shelf', () => {
  const cart = useCart();
  const session = useSession();
  const programmes = shallowRef<Programme[]>([]);
  const runningNow = shallowRef<Programme[]>([]);
  const couponTypes = shallowRef<ReadonlyMap<string, Named>>(new Map());
  const passes = shallowRef<Pass[]>([]);
  const orders = shallowRef<MallOrder[]>([]);
  const seats = shallowRef<GroupSeat[]>([]);

  /** Which kinds of programme this store runs now: the rest needs no room on the screen. */
  async function loadKinds(): Promise<void> {
    const now = new Date().toISOString();
    const store = session.place?.store.id;
    const found = await server.call('GET /programmes', {});
    programmes.value = found;
    runningNow.value = found.filter(
      (one) =>
        one.state === 'active' &&
        new Date(one.effective_at).toISOString() <= now &&
        (one.ends_at === null || new Date(one.ends_at).toISOString() > now) &&
        (one.level !== 'store' || one.place_id === store),
    );
  }
  async function loadCouponTypes(): Promise<void> {
    const found = await server.call('GET /coupon-types', {});
    couponTypes.value = new Map(found.map((one) => [one.code, one]));
  }
  async function load(): Promise<void> {
    await Promise.all([loadKinds(), loadCouponTypes(), loadPasses(), loadOrders(), loadSeats()]);
  }

  async function loadPasses(): Promise<void> {
    const { member } = cart;
    if (passes.value[0]?.member_id !== member?.id) passes.value = [];
    if (!member) return;
    const path = { member_id: member.id };
    passes.value = await server.call('GET /members/{member_id}/passes', { path });
  }
  async function loadOrders(): Promise<void> {
    const { member } = cart;
    if (orders.value[0]?.member_id !== member?.id) orders.value = [];
    if (!member) return;
    const path = { member_id: member.id };
    orders.value = await server.call('GET /members/{member_id}/mall-orders', { path });
  }

  async function loadSeats(): Promise<void> {
    const { member } = cart;
    if (seats.value[0]?.member_id !== member?.id) seats.value = [];
    if (!member) return;
    const path = { member_id: member.id };
    seats.value = await server.call('GET /members/{member_id}/group-seats', { path });
  }

  function running(kind: ProgrammeKind): Programme[] {
    return runningNow.value.filter((one) => one.kind === kind);
  }
  function runs(kind: ProgrammeKind): boolean {
    return running(kind).length > 0;
  }
  /** The name of a kind of coupon; its code where nobody told a name. */
  function couponName(code: string): string {
    const known = couponTypes.value.get(code);
    return known ? named(known) : code;
  }

  return {
    programmes,
    passes,
    orders,
    seats,
    load,
    loadKinds,
    loadCouponTypes,
    loadPasses,
    loadOrders,
    loadSeats,
    running,
    runs,
    couponName,
  };
});
