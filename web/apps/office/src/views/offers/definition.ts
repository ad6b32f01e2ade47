/** What an offer or a kind of coupon promises, as its form holds it and as it is stored. */
import { conditionOf, rowsFrom, type Row } from './conditions';
import { effectAtFirst, effectData, effectFrom, isKind, isStacked, limitsOf, namesGoods, type Effect, type Kind } from './effects';
import { goodsFrom, type Goods } from './goods';

export interface Limit {
  readonly whose: string;
  readonly span: string;
  readonly uses: number | null;
  readonly amount_minor: number | null;
  readonly on_last: string;
}

/** Every field is replaced as a whole, never changed inside: so the form knows what changed. */
export interface Definition {
  kind: Kind;
  effect: Effect;
  goods: Goods;
  condition: readonly Row[];
  groups: readonly string[];
  stack: string;
  only_with: readonly string[];
  on_return: string;
  priority: number | null;
  limits: readonly Limit[];
}

export type Stored = Record<string, unknown>;

export const NEW_LIMIT: Limit = { whose: 'member', span: 'day', uses: 1, amount_minor: null, on_last: 'refuse' };

export const EMPTY: Definition = {
  kind: 'nth',
  effect: effectAtFirst('nth'),
  goods: {},
  condition: [],
  groups: [],
  stack: 'free',
  only_with: [],
  on_return: 'share',
  priority: 0,
  limits: [],
};

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function wordOr(value: unknown, other: string): string {
  return typeof value === 'string' ? value : other;
}

function limitsFrom(value: unknown): Limit[] {
  const rows: Partial<Limit>[] = Array.isArray(value) ? value : [];
  return rows.map((row) => ({
    whose: row.whose ?? 'all',
    span: row.span ?? 'ever',
    uses: row.uses ?? null,
    amount_minor: row.amount_minor ?? null,
    on_last: row.on_last ?? 'refuse',
  }));
}

/** A stored definition as the form holds it. */
export function definitionFrom(stored: Stored): Definition {
  const kind = isKind(stored.kind) ? stored.kind : EMPTY.kind;
  return {
    kind,
    effect: effectFrom(kind, stored.effect),
    goods: goodsFrom(stored.goods),
    condition: rowsFrom(stored.condition),
    groups: words(stored.groups),
    stack: wordOr(stored.stack, 'free'),
    only_with: words(stored.only_with),
    on_return: wordOr(stored.on_return, 'share'),
    priority: typeof stored.priority === 'number' ? stored.priority : 0,
    limits: limitsFrom(stored.limits),
  };
}

/** The definition as it is sent; what its kind has no use for stays out. */
export function definitionData(form: Definition): Stored {
  const { kind, effect } = form;
  const limited = limitsOf(kind);
  const limits = form.limits.map((one) => ({ ...one, amount_minor: limited.money ? one.amount_minor : null }));
  const stacking = isStacked(kind)
    ? { groups: form.groups, stack: form.stack, only_with: form.stack === 'only_with' ? form.only_with : [] }
    : {};
  return {
    kind,
    effect: effectData(kind, effect),
    goods: namesGoods(kind, effect) ? form.goods : {},
    condition: conditionOf(form.condition),
    ...stacking,
    on_return: form.on_return,
    priority: form.priority ?? 0,
    limits: limited.uses ? limits : [],
  };
}

/** Where a form shows a refusal that names no field of it. */
export const FAULT_FIELDS: Readonly<Record<string, string>> = {
  'offer.malformed': 'effect',
  'offer.out_of_range': 'effect',
  'offer.steps_out_of_order': 'effect',
  'offer.ladder_out_of_order': 'effect',
  'offer.saves_more_than_spent': 'effect',
  'offer.gift_base_wrong': 'effect',
  'offer.bundle_too_large': 'effect',
  'offer.bundle_too_small': 'effect',
  'offer.not_for_coupons': 'effect',
  'offer.goods_missing': 'goods',
  'offer.goods_not_allowed': 'goods',
  'offer.goods_stand_in_slots': 'goods',
  'offer.goods_the_same': 'goods',
  'offer.goods_unknown': 'goods',
  'offer.tag_unknown': 'goods',
  'offer.gift_is_circular': 'goods',
  'offer.price_stands_first': 'condition',
  'condition.malformed': 'condition',
  'condition.too_large': 'condition',
  'offer.points_not_limited': 'limits',
  'offer.price_has_no_budget': 'limits',
  'offer.stack_not_allowed': 'stack',
  'offer.only_with_whom': 'only_with',
  'offer.groups_too_many': 'groups',
};
