/** The API as the front ends speak of it: calls, and short names for the generated types. */
import type { AnswerOf } from './call';
import type { Operations } from './gen/operations.gen';
import type * as gen from './gen/types.gen';

export * from './call';
export type { Operations } from './gen/operations.gen';
export type {
  Receipt,
  ReceiptMember,
  StaffTile,
  StoreOfSession,
  TerminalOfStore,
} from './gen/types.gen';

export type Menu = gen.MenuView;
export type MenuProduct = Menu['products'][number];
export type MenuVariant = MenuProduct['variants'][number];
export type MenuSlot = MenuProduct['slots'][number];
export type MenuGroup = Menu['groups'][number];
export type MenuOption = MenuGroup['options'][number];
export type Session = gen.SessionView;
export type TerminalGreeting = gen.TerminalView;
export type Channel = gen.ConsentChannel;
export type Wording = gen.WordingView;
export type MemberCard = gen.MemberCard;
export type TopUpOffer = gen.TopUpOfferView;

export type OptionChoice = Required<gen.OptionForm>;
export type ComboPick = gen.PickForm;
/** A line as the till keeps it: nothing is left to a default of the server. */
export type LineRequest = Required<Omit<gen.LineForm, 'options'>> & { options: OptionChoice[] };
export type ManualRequest = Required<gen.ManualForm>;
/** What guest and cashier chose on a bill: the same for a quote, a sale and a settlement. */
export type ChoicesRequest = Required<Omit<gen.ChoicesForm, 'manual'>> & { manual: ManualRequest[] };
export type QuoteRequest = ChoicesRequest &
  Required<Pick<gen.QuoteForm, 'store_id' | 'source' | 'member_id'>> & { lines: LineRequest[] };
export type TenderRequest = Required<gen.TenderForm>;
export type SaleRequest = gen.SaleForm;
export type PaymentRequest = gen.PaymentForm;

export type Quote = gen.QuoteView;
export type QuotedLine = gen.QuoteLineView;
export type QuotedCoupon = gen.QuoteView['coupons'][number];
export type Deduction = gen.DeductionView;
export type Adjustment = gen.AdjustmentView;
export type Verdict = gen.VerdictView;
export type Hint = gen.HintView;
export type GiftToAdd = gen.GiftToAddView;
export type Boost = gen.BoostView;
export type RunnerUp = gen.RunnerUpView;
export type OrderRow = gen.OrderHeadView;
export type RefundPlan = gen.RefundPlanView;
/** How a refund is worked out; null is what the offers of the bill say. */
export type RefundKind = NonNullable<Operations['POST /orders/{order_id}/refunds'][0]['body']['plan']> | null;
export type RefundOutcome = gen.RefundOutcomeView;
export type RefundUnits = gen.UnitsForm;
export type Suggestion = gen.SuggestionView;
export type SuggestionRequest = Required<gen.BasketForm>;

// What a member holds and may do beside buying.
export type MemberPoints = AnswerOf<'GET /members/{member_id}/points'>;
export type StoredValue = gen.StoredValueView;
export type TopUpLeft = gen.PairView;
export type ToppedUp = gen.ToppedUp;
export type TopUpRequest = gen.TopUpForm;
export type TopUpRefundPlan = gen.TopUpRefundPlanView;
export type TierForecast = gen.TierForecastView;
export type Pass = gen.PassView;
export type PassHistory = gen.PassHistoryView;
export type PassOnSale = gen.PassOnSale;
export type MallItem = gen.MallItemView;
export type MallOrder = gen.MallOrderView;
export type CheckIn = gen.CheckInState;
export type DrawTickets = gen.DrawTickets;
export type DrawOdds = gen.DrawOdds;
export type Drew = gen.Drew;
export type Task = gen.TasksTaskView;
export type StatementRow = gen.StatementRowView;
export type ProgrammeKind = gen.ProgrammeKind;
export type Programme = gen.ProgrammeView;
export type PassRefund = gen.PassRefund;
export type LawRule = gen.LawRuleView;
export type DocumentKind = gen.DocumentKind;
export type ReferralOfMember = gen.ReferralView;
export type Group = AnswerOf<'GET /groups'>[number];
export type GroupWithSeats = gen.GroupHistoryView;
export type GroupSeat = gen.SeatView;
export type SeatRefund = gen.SeatRefunded;
export type GroupSeen = gen.GroupSeen;
export type SeatTender = gen.SeatTender;
