import type { GroupSeat, MallOrder, Pass } from '@regulars/api';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** A discount by hand on a line, or on the bill; `draft` is what was entered before. */
export interface DiscountSheet {
  kind: 'discount';
  lineId: string | null;
  draft?: DiscountDraft;
}
export interface DiscountDraft {
  way: 'percent' | 'amount';
  entered: string;
  reason: string;
}

/** What is shown of the greeted member. */
export const MEMBER_TABS = ['value', 'passes', 'mall', 'play', 'groups', 'statement'] as const;
export type MemberTab = (typeof MEMBER_TABS)[number];

export type Sheet =
  | { kind: 'product'; productId: string; lineId: string | null }
  | { kind: 'find_member'; text: string }
  | { kind: 'member'; tab?: MemberTab }
  | { kind: 'coupons' }
  | { kind: 'points' }
  | { kind: 'deduction'; key: string }
  | { kind: 'explain' }
  | { kind: 'hint'; sourceId: string }
  | { kind: 'gift'; sourceId: string }
  | { kind: 'ask'; about: 'party' | 'tender' }
  | DiscountSheet
  | { kind: 'top_up'; entered?: string }
  | { kind: 'give_back'; topUpId: string }
  | { kind: 'holder'; back: Sheet }
  | { kind: 'pass_transfer'; pass: Pass }
  | { kind: 'pass_refund'; pass: Pass }
  | { kind: 'group_refund'; seat: GroupSeat; title: string }
  | { kind: 'pick_up'; order: MallOrder }
  | { kind: 'parked' }
  | { kind: 'refund'; orderId: string }
  | { kind: 'staff'; back?: Sheet };

/** Where the person is: selling, paying, looking at orders; and the sheet on top, if any. */
export const useScreen = defineStore('screen', () => {
  const view = ref<'sell' | 'pay' | 'paid' | 'orders'>('sell');
  const sheet = shallowRef<Sheet | null>(null);
  const search = ref('');
  const categoryId = ref<string | null>(null);

  function open(next: Sheet): void {
    sheet.value = next;
  }
  function close(): void {
    sheet.value = null;
  }
  return { view, sheet, search, categoryId, open, close };
});
