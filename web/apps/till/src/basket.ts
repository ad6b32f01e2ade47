/** What a cart holds: no prices, only what the guest wants and what the cashier decided. */
import type {
  ChoicesRequest,
  Deduction,
  LineRequest,
  ManualRequest,
  MemberCard,
  QuotedLine,
  QuoteRequest,
} from '@regulars/api';

export type Source = QuoteRequest['source'];

/** Something that the cashier switched off, with its name to switch it on again. */
export type Switched = Pick<Deduction, 'source' | 'name_zh' | 'name_en'> & { id: string };

/** An open order that waits on the server and was taken back into this cart. */
export interface OpenOrder {
  id: string;
  number: string;
}

/** A line of the cart; a line of an order taken from hold keeps its name and price. */
export interface CartLine extends LineRequest {
  kept: Pick<QuotedLine, 'name_zh' | 'name_en' | 'options' | 'unit_list_minor'> | null;
}

/** `declined`: offers whose gift the guest does not want. */
export interface Basket {
  lines: CartLine[];
  member: MemberCard | null;
  source: Source;
  coupons: string[] | null;
  points: number | null;
  without: Switched[];
  codes: string[];
  manual: ManualRequest[];
  party: number | null;
  tender: ChoicesRequest['tender'];
  declined: string[];
  order: OpenOrder | null;
}

export const EMPTY: Basket = {
  lines: [],
  member: null,
  source: 'counter',
  coupons: null,
  points: null,
  without: [],
  codes: [],
  manual: [],
  party: null,
  tender: null,
  declined: [],
  order: null,
};

/** Only the choices of something that has more. */
export function choicesOf(from: ChoicesRequest): ChoicesRequest {
  const { coupons, points, without, codes, manual, party, tender } = from;
  return { coupons, points, without, codes, manual, party, tender };
}

/** The choices of a basket as the server takes them. */
export function chosenIn(basket: Basket): ChoicesRequest {
  return choicesOf({ ...basket, without: basket.without.map((one) => one.id) });
}
