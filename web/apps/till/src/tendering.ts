import type { MemberCard, Receipt } from '@regulars/api';

/** What cash pays, and whether the bill is paid with it. Units: minor units. */
export interface CashPart {
  amount: number;
  finishes: boolean;
}

/**
 * Notes and coins over the counter: less than is asked pays a part, more gives change. A guest who
 * hands over the unrounded rest to the last coin is taken at her word.
 */
export function cashPart(given: number, rest: number, asked: number): CashPart {
  if (given === rest) return { amount: rest, finishes: true };
  if (given >= asked) return { amount: asked, finishes: true };
  return { amount: given, finishes: false };
}

/** The answer names nobody, since it is kept: this till knows whom it greeted and who sells. */
export function withNames(receipt: Receipt, card: MemberCard | null, staff: string | null): Receipt {
  const { member, order } = receipt;
  const known = member && card?.id === member.id ? card : null;
  return {
    ...receipt,
    order: { ...order, staff_name: order.staff_name ?? staff },
    member: member && known ? { ...member, name: known.name, masked_phone: known.masked_phone } : member,
  };
}

