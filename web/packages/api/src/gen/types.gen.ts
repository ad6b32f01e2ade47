export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  parameters: { [key: string]: unknown };
  title_zh: string;
  title_en: string;
  detail_zh: string;
  detail_en: string;
  reference: string;
  errors?: Array<{ field: string; detail_zh: string; detail_en: string }>;
};

export type TerminalName = { id: string; letter: string; name: string; state: string };
export type StaffName = { id: string; name: string };
export type StoreOfSession = {
  id: string;
  code: string;
  name_zh: string;
  name_en: string;
  kind: string;
  region_id: string;
  terminals: Array<TerminalName>;
};
export type StaffOfSession = { id: string; login: string; name: string; language: string };
export type BoundTerminal = { id: string; letter: string; name: string; store_id?: string };
export type Session = {
  staff: StaffOfSession;
  roles: Array<string>;
  permissions: Array<string>;
  stores: Array<StoreOfSession>;
  terminal: BoundTerminal | null;
  currency: string;
  expires_at: string;
};
export type TerminalGreeting = {
  terminal: { id: string; letter: string; name: string };
  store: { id: string; code: string; name_zh: string; name_en: string };
  staff: Array<StaffName>;
};

export type MenuVariant = {
  id: string;
  name_zh: string;
  name_en: string;
  barcode: string | null;
  is_default: boolean;
  price_minor: number;
  member_prices: { [tier: string]: number };
  sold_out: boolean;
};
export type MenuSlot = {
  id: string;
  name_zh: string;
  name_en: string;
  quantity: number;
  choices: Array<{ variant_id: string; extra_minor: number }>;
};
export type MenuProduct = {
  id: string;
  code: string;
  category_id: string;
  kind: 'single' | 'combo';
  name_zh: string;
  name_en: string;
  tags: Array<string>;
  discountable: boolean;
  sold_out: boolean;
  variants: Array<MenuVariant>;
  group_ids: Array<string>;
  slots: Array<MenuSlot>;
};
export type MenuOption = {
  id: string;
  name_zh: string;
  name_en: string;
  price_minor: number;
  count_max: number;
  is_default: boolean;
  sold_out: boolean;
};
export type MenuGroup = {
  id: string;
  name_zh: string;
  name_en: string;
  minimum: number;
  maximum: number;
  options: Array<MenuOption>;
};
export type MenuCategory = { id: string; name_zh: string; name_en: string; position: number };
export type MenuTier = {
  code: string;
  name_zh: string;
  name_en: string;
  discount_basis_points: number;
};
export type Menu = {
  revision: number;
  currency: string;
  tiers: Array<MenuTier>;
  categories: Array<MenuCategory>;
  products: Array<MenuProduct>;
  groups: Array<MenuGroup>;
};

export type MemberTier = MenuTier;
export type NextTier = { code: string; name_zh: string; name_en: string; missing: number };
export type MemberCoupon = { id: string; name_zh: string; name_en: string; valid_until: string };
export type MemberCard = {
  id: string;
  name: string;
  masked_phone: string | null;
  tier: MemberTier;
  next_tier: NextTier | null;
  points: number;
  growth_value: number;
  principal_minor: number;
  bonus_minor: number;
  visits: number;
  last_visit_at: string | null;
  joined_at: string;
  coupons: Array<MemberCoupon>;
  state: string;
};
export type IdentityRequest = { kind: 'phone' | 'email' | 'card'; text: string };
export type ConsentRequest = {
  channel: string;
  purpose: string;
  granted: boolean;
  wording_version: string;
};
export type JoinRequest = {
  id: string;
  store_id: string;
  identities: Array<IdentityRequest>;
  name?: string | null;
  language: 'zh-CN' | 'en';
  consents: Array<ConsentRequest>;
};
export type JoinGift = { points: number; coupons: Array<{ name_zh: string; name_en: string }> };
export type Joined = MemberCard & { gift: JoinGift };
export type Wording = { version: string; purpose: string; text_zh: string; text_en: string };

export type TopUpOffer = { principal_minor: number; bonus_minor: number };
export type TopUpRequest = {
  id: string;
  store_id: string;
  terminal_id: string;
  principal_minor: number;
  tender: 'cash' | 'external';
};
export type ToppedUp = {
  top_up: { id: string; principal_minor: number; bonus_minor: number };
  member: MemberCard;
};

export type OptionChoice = { option_id: string; count: number };
export type ComboPick = { slot_id: string; variant_id: string };
export type LineRequest = {
  id: string;
  product_id: string;
  variant_id: string;
  quantity: number;
  options: Array<OptionChoice>;
  combo: Array<ComboPick>;
  note: string | null;
};
export type QuoteRequest = {
  store_id: string;
  source: 'counter' | 'table' | 'takeaway' | 'delivery' | 'phone';
  lines: Array<LineRequest>;
  member_id: string | null;
  coupons: Array<string> | null;
  points: number | null;
  without: Array<string>;
};
export type SoldOption = { name_zh: string; name_en: string; count: number; price_minor: number };
export type QuotedLine = {
  id: string;
  position: number;
  name_zh: string;
  name_en: string;
  quantity: number;
  unit_list_minor: number;
  list_minor: number;
  net_minor: number;
  options: Array<SoldOption>;
  note: string | null;
};
export type SavingSource = 'offer' | 'coupon' | 'tier' | 'member_price' | 'points';
export type Deduction = {
  source: SavingSource;
  source_id: string | null;
  coupon_id: string | null;
  name_zh: string;
  name_en: string;
  amount_minor: number;
  reason_zh: string;
  reason_en: string;
};
export type Adjustment = Deduction & { number: number; position: number; step: string };
export type Verdict = {
  source: SavingSource;
  source_id: string | null;
  coupon_id: string | null;
  name_zh: string;
  name_en: string;
  outcome: string;
  reason_zh: string;
  reason_en: string;
};
export type QuotedCoupon = {
  id: string;
  name_zh: string;
  name_en: string;
  used: boolean;
  saving_minor: number;
  valid_until: string;
  reason_zh: string;
  reason_en: string;
};
export type QuotedPoints = {
  available: number;
  usable_max: number;
  step: number;
  minimum: number;
  spent: number;
  worth_minor: number;
  points_per_hundred_minor: number;
};
export type Quote = {
  fingerprint: string;
  lines: Array<QuotedLine>;
  adjustments: Array<Adjustment>;
  deductions: Array<Deduction>;
  verdicts: Array<Verdict>;
  coupons: Array<QuotedCoupon>;
  points: QuotedPoints;
  totals: {
    list_minor: number;
    discount_minor: number;
    points_minor: number;
    tax_minor: number;
    due_minor: number;
    cash_due_minor: number;
  };
  earn: { points: number; growth_value: number };
  cash_rounding: { step_minor: number; mode: 'down' | 'half_up' | 'up' };
};

export type TenderRequest = {
  id: string;
  kind: 'cash' | 'stored_value' | 'external';
  amount_minor: number;
  tendered_minor: number | null;
};
export type OrderRequest = QuoteRequest & {
  order_id: string;
  terminal_id: string;
  fingerprint: string;
  note: string | null;
};
export type SaleRequest = OrderRequest & { tenders: Array<TenderRequest> };

export type OrderRow = {
  id: string;
  number: string;
  state: 'open' | 'paid' | 'part_refunded' | 'refunded' | 'cancelled';
  source: string;
  business_day: string;
  opened_at: string;
  settled_at: string | null;
  due_minor: number;
  refunded_minor: number;
  line_count: number;
  member_id: string | null;
};
export type OrderPage = { orders: Array<OrderRow>; next_cursor: string | null };

export type ReceiptLine = QuotedLine & { refunded_count: number };
export type ReceiptDeduction = Deduction & { step: string; position: number | null };
export type ReceiptPayment = {
  kind: string;
  amount_minor: number;
  principal_minor: number;
  bonus_minor: number;
  refund_id: string | null;
  at: string;
};
export type TierName = { code: string; name_zh: string; name_en: string };
export type RefundedLine = {
  line_id: string;
  name_zh: string;
  name_en: string;
  count: number;
  amount_minor: number;
};
export type ReceiptRefund = {
  id: string;
  number: number;
  amount_minor: number;
  at: string;
  reason: string;
  points_returned: number;
  points_taken_back: number;
  points_short: number;
  growth_taken_back: number;
  coupons_returned: number;
  lines: Array<RefundedLine>;
};
export type ReceiptMember = {
  id: string;
  name: string | null;
  masked_phone: string | null;
  tier: TierName;
  points_spent: number;
  points_earned: number;
  growth_earned: number;
  points: number | null;
  principal_minor: number | null;
  bonus_minor: number | null;
  upgraded_to: TierName | null;
};
export type Receipt = {
  order: {
    id: string;
    number: string;
    state: string;
    source: string;
    business_day: string;
    opened_at: string;
    settled_at: string | null;
    store: { id: string; code: string; name_zh: string; name_en: string };
    terminal_letter: string;
    staff_name: string | null;
    revision: number;
  };
  lines: Array<ReceiptLine>;
  adjustments: Array<ReceiptDeduction>;
  deductions: Array<ReceiptDeduction>;
  totals: {
    list_minor: number;
    discount_minor: number;
    points_minor: number;
    tax_minor: number;
    rounding_minor: number;
    due_minor: number;
    paid_minor: number;
    change_minor: number;
    refunded_minor: number;
  };
  payments: Array<ReceiptPayment>;
  member: ReceiptMember | null;
  refunds: Array<ReceiptRefund>;
  coupons_used: Array<{ id: string; name_zh: string; name_en: string }>;
};
export type OpenOrder = {
  order: {
    id: string;
    number: string;
    source: 'counter' | 'table' | 'takeaway' | 'delivery' | 'phone';
    revision: number;
    member_id: string | null;
  };
  lines: Array<LineRequest>;
};
export type RefundUnits = { line_id: string; count: number };
export type RefundPlan = {
  amount_minor: number;
  by_source: Array<{
    kind: string;
    amount_minor: number;
    principal_minor: number;
    bonus_minor: number;
  }>;
  points_returned: number;
  points_taken_back: number;
  points_short: number;
  growth_taken_back: number;
  coupons_returned: Array<{ name_zh: string; name_en: string }>;
  lines: Array<RefundedLine>;
};
