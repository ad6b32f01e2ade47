import type * as gen from './gen/types.gen';

/** One route: what goes in and what comes out. */
interface Operation<Body, Answer, Query = undefined> {
  body: Body;
  answer: Answer;
  query: Query;
}

type Get<Answer, Query = undefined> = Operation<undefined, Answer, Query>;

export interface OrderQuery {
  store_id: string;
  state?: string;
  business_day?: string;
  cursor?: string;
  limit?: number;
}

export interface Operations {
  'GET /session': Get<gen.Session>;
  'POST /session': Operation<{ login: string; password: string }, gen.Session>;
  'POST /session/first': Operation<
    { login: string; code: string; password: string },
    gen.Session
  >;
  'POST /session/pin': Operation<{ staff_id: string; pin: string }, gen.Session>;
  'PUT /session/pin': Operation<{ pin: string }, undefined>;
  'DELETE /session': Operation<undefined, undefined>;
  'GET /terminal': Get<gen.TerminalGreeting>;
  'POST /terminals/{id}/bind': Operation<undefined, unknown>;
  'GET /stores/{store_id}/menu': Get<gen.Menu>;
  'PUT /stores/{store_id}/sold-out/{subject_id}': Operation<undefined, unknown>;
  'DELETE /stores/{store_id}/sold-out/{subject_id}': Operation<undefined, unknown>;
  'GET /stores/{store_id}/top-up-offers': Get<gen.TopUpOffer[]>;
  'POST /members/lookup': Operation<{ text: string }, gen.MemberCard>;
  'POST /members': Operation<gen.JoinRequest, gen.Joined>;
  'GET /members/{id}': Get<gen.MemberCard>;
  'GET /wordings': Get<gen.Wording[]>;
  'POST /members/{id}/top-ups': Operation<gen.TopUpRequest, gen.ToppedUp>;
  'POST /quotes': Operation<gen.QuoteRequest, gen.Quote>;
  'POST /sales': Operation<gen.SaleRequest, gen.Receipt>;
  'POST /orders': Operation<gen.OrderRequest, unknown>;
  'GET /orders': Get<gen.OrderPage, OrderQuery>;
  'GET /orders/{id}': Get<gen.OpenOrder>;
  'POST /orders/{id}/cancel': Operation<undefined, unknown>;
  'GET /orders/{id}/receipt': Get<gen.Receipt>;
  'POST /orders/{id}/refunds/plan': Operation<
    { units: gen.RefundUnits[] | null },
    gen.RefundPlan
  >;
  'POST /orders/{id}/refunds': Operation<
    { id: string; units: gen.RefundUnits[] | null; reason: string },
    gen.Receipt
  >;
}
