/** What each kind of programme promises, part by part: the editor and the checks follow from it. */
import type { ProgrammeKind } from '@regulars/api';
import type { GiftPart } from '../../inputs/gifts';

export type Definition = Readonly<Record<string, unknown>>;

interface Common {
  name: string;
  /** Whether it is asked at all, by what else was chosen. */
  when?: (value: Definition) => boolean;
}
export type Part = Common &
  (
    | { takes: 'text' | 'yes' | 'coupon' | 'tiers' | 'tags' | 'product' | 'category' | 'otherwise' }
    /** `mayLack`: left empty it is not sent, and the server has its own. */
    | { takes: 'money'; mayLack?: true }
    | { takes: 'whole'; orNone?: true }
    | { takes: 'gift'; gives?: readonly GiftPart[] }
    | { takes: 'choice'; choices: readonly string[] }
    | { takes: 'many'; choices: readonly string[] }
    | { takes: 'group'; parts: readonly Part[]; optional?: true }
    | { takes: 'rows'; parts: readonly Part[]; max: number; fresh: Definition; title: readonly string[] }
  );

const whole = (name: string): Part => ({ name, takes: 'whole' });
const wholeOrNone = (name: string): Part => ({ name, takes: 'whole', orNone: true });
const money = (name: string): Part => ({ name, takes: 'money' });
const moneyOrLess = (name: string): Part => ({ name, takes: 'money', mayLack: true });
const text = (name: string): Part => ({ name, takes: 'text' });
const yes = (name: string): Part => ({ name, takes: 'yes' });
const gift = (name: string, gives?: readonly GiftPart[]): Part => (gives ? { name, takes: 'gift', gives } : { name, takes: 'gift' });
const choice = (name: string, ...choices: string[]): Part => ({ name, takes: 'choice', choices });
const limit = (name: string): Part => ({ name, takes: 'group', optional: true, parts: [choice('span', 'ever', 'day', 'week', 'month'), whole('uses')] });
const only = (part: Part, field: string, ...values: string[]): Part => ({ ...part, when: (value) => values.includes(String(value[field])) });

export const PARTS: Readonly<Record<ProgrammeKind, readonly Part[]>> = {
  check_in: [
    gift('daily'),
    { name: 'streak', takes: 'rows', max: 20, fresh: { days: null, gift: {} }, title: ['days'], parts: [whole('days'), gift('gift')] },
    wholeOrNone('cycle'),
  ],
  task: [
    {
      name: 'goal',
      takes: 'group',
      parts: [
        choice('kind', 'orders', 'visits', 'spend_minor', 'product', 'category', 'check_ins', 'referrals', 'top_up_minor'),
        only(money('amount_minor'), 'kind', 'spend_minor', 'top_up_minor'),
        only(whole('count'), 'kind', 'orders', 'visits', 'product', 'category', 'check_ins', 'referrals'),
        only({ name: 'product_id', takes: 'product' }, 'kind', 'product'),
        only({ name: 'category_id', takes: 'category' }, 'kind', 'category'),
      ],
    },
    { name: 'window', takes: 'group', parts: [choice('kind', 'week', 'month', 'days', 'programme'), only(whole('days'), 'kind', 'days')] },
    gift('gift'),
    choice('repeat', 'once', 'each_window'),
  ],
  draw: [
    {
      name: 'tickets',
      takes: 'group',
      parts: [choice('kind', 'points', 'order', 'daily'), only(whole('free'), 'kind', 'daily'), only(moneyOrLess('min_due_minor'), 'kind', 'order')],
    },
    { ...whole('price_points'), when: (value) => (value.tickets as Definition | undefined)?.kind !== 'order' },
    {
      name: 'prizes',
      takes: 'rows',
      max: 50,
      fresh: { code: '', name_zh: '', name_en: '', gift: {}, weight: 1, stock: null, per_member_max: null, otherwise: 'blank' },
      title: ['name_zh', 'name_en', 'code'],
      parts: [
        text('name_zh'),
        text('name_en'),
        text('code'),
        whole('weight'),
        wholeOrNone('stock'),
        wholeOrNone('per_member_max'),
        { name: 'otherwise', takes: 'otherwise' },
        gift('gift'),
      ],
    },
    whole('blank_weight'),
    choice('minors', 'refused', 'allowed'),
  ],
  mall_item: [
    whole('points'),
    gift('gives', ['bonus_minor', 'coupon_types', 'item']),
    wholeOrNone('stock'),
    limit('per_member'),
    { name: 'tiers', takes: 'tiers' },
    wholeOrNone('fetch_days'),
    choice('unfetched', 'give_back', 'forfeit'),
  ],
  referral: [
    gift('inviter'),
    gift('invited'),
    moneyOrLess('min_due_minor'),
    whole('window_days'),
    whole('join_days'),
    whole('order_days'),
    limit('cap_per_inviter'),
    whole('rush_max'),
  ],
  group_buy: [
    text('deal_zh'),
    text('deal_en'),
    { name: 'coupon_type', takes: 'coupon' },
    money('price_minor'),
    whole('seats'),
    whole('open_minutes'),
    wholeOrNone('per_member_max'),
    { name: 'tenders', takes: 'many', choices: ['cash', 'external', 'stored_value'] },
  ],
  pass: [
    text('code'),
    money('price_minor'),
    whole('uses'),
    whole('valid_days'),
    text('covers_zh'),
    text('covers_en'),
    { name: 'coupon_type', takes: 'coupon' },
    { name: 'products', takes: 'tags' },
    whole('freeze_days_max'),
    yes('transferable'),
    {
      name: 'refund',
      takes: 'group',
      parts: [choice('rule', 'pro_rata', 'by_list_price'), only(money('list_price_minor'), 'rule', 'by_list_price')],
    },
    whole('remind_days'),
    choice('unused', 'kept_owed', 'revenue'),
  ],
  survey: [
    {
      name: 'questions',
      takes: 'rows',
      max: 6,
      fresh: { code: '', kind: 'nps', text_zh: '', text_en: '', choices: [], several: false },
      title: ['text_zh', 'text_en', 'code'],
      parts: [
        choice('kind', 'nps', 'choice', 'text'),
        text('code'),
        text('text_zh'),
        text('text_en'),
        only(
          { name: 'choices', takes: 'rows', max: 12, fresh: { code: '', text_zh: '', text_en: '' }, title: ['text_zh', 'text_en', 'code'], parts: [text('code'), text('text_zh'), text('text_en')] },
          'kind',
          'choice',
        ),
        only(yes('several'), 'kind', 'choice'),
      ],
    },
    wholeOrNone('low_upto'),
    whole('open_days'),
    gift('thanks'),
    yes('on_receipt'),
  ],
};

/** What a new programme of a kind begins with. */
export const FRESH: Readonly<Record<ProgrammeKind, Definition>> = {
  check_in: { daily: { points: 2 }, streak: [], cycle: 7 },
  task: { goal: { kind: 'orders', count: 3 }, window: { kind: 'week' }, gift: {}, repeat: 'each_window' },
  draw: { tickets: { kind: 'points' }, price_points: 100, prizes: [], blank_weight: 0, minors: 'refused' },
  mall_item: { points: null, gives: {}, stock: null, per_member: null, tiers: [], fetch_days: null, unfetched: 'give_back' },
  referral: { inviter: {}, invited: {}, min_due_minor: null, window_days: 14, join_days: 7, order_days: 90, cap_per_inviter: null, rush_max: 5 },
  group_buy: { deal_zh: '', deal_en: '', coupon_type: '', price_minor: null, seats: 3, open_minutes: 120, per_member_max: null, tenders: ['cash', 'external', 'stored_value'] },
  pass: {
    ...{ code: '', price_minor: null, uses: 10, valid_days: 90, covers_zh: '', covers_en: '', coupon_type: '', products: [], freeze_days_max: 0 },
    ...{ transferable: false, refund: { rule: 'pro_rata' }, remind_days: 7, unused: 'kept_owed' },
  },
  survey: { questions: [], low_upto: 6, open_days: 14, thanks: {}, on_receipt: false },
};

/** A new row; where rows have codes, with one that no other has: "p3" for a third prize. */
export function freshRow(part: { name: string; fresh: Definition }, rows: readonly Definition[]): Definition {
  if (!('code' in part.fresh)) return part.fresh;
  const codes = new Set(rows.map((row) => row.code));
  let number = rows.length + 1;
  while (codes.has(`${part.name.charAt(0)}${number}`)) number += 1;
  return { ...part.fresh, code: `${part.name.charAt(0)}${number}` };
}

/** A definition without the parts that are not asked: the server takes none that it does not know. */
export function cleaned(parts: readonly Part[], value: Definition): Definition {
  const kept: Record<string, unknown> = { ...value };
  for (const part of parts) {
    const own = kept[part.name];
    if (part.when && !part.when(value)) delete kept[part.name];
    else if (part.takes === 'group' && own !== null && own !== undefined) kept[part.name] = cleaned(part.parts, own as Definition);
    else if (part.takes === 'rows') kept[part.name] = ((own ?? []) as Definition[]).map((row) => cleaned(part.parts, row));
    else if (part.takes === 'coupon' && !own) delete kept[part.name];
    else if (part.takes === 'money' && part.mayLack && own === null) delete kept[part.name];
  }
  return kept;
}

/** The path of the part with a name, wherever it lies; "" for none. */
export function pathOf(parts: readonly Part[], name: string, above: string): string {
  for (const part of parts) {
    const path = `${above}.${part.name}`;
    if (part.name === name) return path;
    const deeper = 'parts' in part ? pathOf(part.parts, name, path) : '';
    if (deeper) return deeper;
  }
  return '';
}

/** How likely each prize is, as parts of all weights, for the odds that are published. */
export function oddsOf(definition: Definition): { name: Definition | null; weight: number; total: number }[] {
  const prizes = (Array.isArray(definition.prizes) ? definition.prizes : []) as Definition[];
  const weight = (value: unknown) => (typeof value === 'number' && value > 0 ? value : 0);
  const blank = weight(definition.blank_weight);
  const total = prizes.reduce((sum, prize) => sum + weight(prize.weight), blank);
  const rows = prizes.map((prize) => ({ name: prize, weight: weight(prize.weight), total }));
  return blank > 0 ? [...rows, { name: null, weight: blank, total }] : rows;
}
