/**
 * The kinds of offer and the parts of each, as a form asks for them.
 *
 *     nth: every 2nd, 5000 basis points off → 第二杯半价
 */
import type { Figure } from '../../inputs/figures';

export const KINDS = [
  'nth',
  'percent',
  'amount',
  'spend_and_save',
  'buy_get',
  'bundle',
  'quantity_ladder',
  'gift',
  'unit_price',
  'price',
  'fee_waiver',
  'points_multiplier',
] as const;

export type Kind = (typeof KINDS)[number];
export type Effect = Readonly<Record<string, unknown>>;

export interface Piece {
  part: string;
  /** `either`: which one of the parts in `words` is said at all. */
  as: Figure | 'yes' | 'word' | 'either' | 'spend_steps' | 'quantity_steps' | 'goods' | 'slots';
  /** It may be left empty. */
  optional?: boolean;
  low?: number;
  high?: number;
  words?: readonly string[];
  /** Only where the other parts are so; all other times it is not sent. */
  when?: (effect: Effect) => boolean;
}

const FREE = 10_000;
const AMOUNT_MOST = 100_000_000;
const ofUnits = (effect: Effect): boolean => effect.per === 'unit';
const ofBill = (effect: Effect): boolean => effect.per !== 'unit';
const says = (part: string) => (effect: Effect): boolean => part in effect;

const off: Piece = { part: 'basis_points', as: 'percent', low: 1, high: FREE };
const extras: Piece = { part: 'with_extras', as: 'yes' };
const price: Piece = { part: 'price_minor', as: 'money', low: 0, high: AMOUNT_MOST };
const unitsMost: Piece = { part: 'units_max', as: 'count', optional: true, low: 1, high: 99 };
const usesMost: Piece = { part: 'uses_max', as: 'count', optional: true, low: 1, high: 99 };
const cap: Piece = { part: 'cap_minor', as: 'money', optional: true, low: 1, high: AMOUNT_MOST };
const per: Piece = { part: 'per', as: 'word', words: ['unit', 'order'] };
const reach: readonly Piece[] = [
  { ...unitsMost, when: (effect) => ofUnits(effect) && effect.on_top !== true },
  { ...extras, when: ofUnits },
  { part: 'on_top', as: 'yes', when: ofUnits },
];
const once: Piece = { part: 'repeat', as: 'word', words: ['once', 'per_step'] };

const PIECES: Readonly<Record<Kind, readonly Piece[]>> = {
  nth: [
    { part: 'n', as: 'count', low: 2, high: 20 },
    { part: 'm', as: 'count', low: 1, high: 19 },
    off,
    { part: 'same', as: 'word', words: ['goods', 'product'] },
    { part: 'groups_max', as: 'count', optional: true, low: 1, high: 99 },
    extras,
  ],
  percent: [per, off, { ...cap, when: ofBill }, ...reach],
  amount: [per, { part: 'amount_minor', as: 'money', low: 1, high: AMOUNT_MOST }, ...reach],
  spend_and_save: [
    { part: 'steps', as: 'spend_steps' },
    once,
    { part: 'base', as: 'word', words: ['base', 'list', 'after_item'] },
    cap,
  ],
  buy_get: [
    { part: 'n', as: 'count', low: 1, high: 19 },
    { part: 'get', as: 'goods' },
    { part: 'm', as: 'count', low: 1, high: 19 },
    off,
    usesMost,
    extras,
  ],
  bundle: [{ part: 'slots', as: 'slots' }, price, usesMost],
  quantity_ladder: [{ part: 'steps', as: 'quantity_steps' }, extras],
  gift: [
    { part: 'trigger', as: 'either', words: ['threshold_minor', 'units_from'] },
    { part: 'threshold_minor', as: 'money', low: 1, high: AMOUNT_MOST, when: says('threshold_minor') },
    { part: 'base', as: 'word', words: ['base', 'list'], when: says('threshold_minor') },
    { part: 'units_from', as: 'count', low: 1, high: 999, when: says('units_from') },
    { part: 'get', as: 'goods' },
    { part: 'quantity', as: 'count', low: 1, high: 20 },
    price,
    once,
  ],
  unit_price: [price, unitsMost, extras],
  price: [
    { part: 'by', as: 'either', words: ['price_minor', 'basis_points'] },
    { ...price, when: says('price_minor') },
    { ...off, when: says('basis_points') },
  ],
  fee_waiver: [cap],
  points_multiplier: [{ part: 'multiplier_basis_points', as: 'times', low: 10_001, high: 100_000 }],
};

const BEGIN: Readonly<Record<Kind, Effect>> = {
  nth: { n: 2, m: 1, basis_points: 5_000, same: 'goods' },
  percent: { per: 'order', basis_points: 1_000 },
  amount: { per: 'order', amount_minor: 500 },
  spend_and_save: { steps: [{ threshold_minor: 10_000, off_minor: 1_000 }], repeat: 'once', base: 'base' },
  buy_get: { n: 1, m: 1, get: {}, basis_points: FREE },
  bundle: { slots: [{ goods: {}, quantity: 2 }], price_minor: null },
  quantity_ladder: { steps: [{ quantity: 2, basis_points: 1_000 }] },
  gift: { threshold_minor: 10_000, base: 'base', repeat: 'once', get: {}, quantity: 1, price_minor: 0 },
  unit_price: { price_minor: null },
  price: { price_minor: null },
  fee_waiver: {},
  points_multiplier: { multiplier_basis_points: 20_000 },
};

export function isKind(text: unknown): text is Kind {
  return KINDS.some((kind) => kind === text);
}

/** What a form asks of an effect as it stands. */
export function piecesOf(kind: Kind, effect: Effect): readonly Piece[] {
  return PIECES[kind].filter((piece) => piece.when?.(effect) ?? true);
}

/** Where the form of a kind begins. */
export function effectAtFirst(kind: Kind): Effect {
  return BEGIN[kind];
}

/** A stored effect as a form shows it: with the defaults said, and what is not said left out. */
export function effectFrom(kind: Kind, data: unknown): Effect {
  const given = Object.entries(typeof data === 'object' && data !== null ? { ...data } : {});
  const said: Record<string, unknown> = Object.fromEntries(given.filter(([, value]) => value !== null));
  const pieces = PIECES[kind];
  for (const piece of pieces) {
    const [first] = piece.words ?? [];
    if (piece.as === 'either' && first && !piece.words?.some((part) => part in said)) said[first] = null;
    if (piece.part in said || piece.when) continue;
    if (piece.as === 'word') said[piece.part] = piece.part === 'per' ? 'order' : first;
    if ((kind === 'nth' || kind === 'buy_get') && (piece.part === 'm' || piece.part === 'n')) said[piece.part] = 1;
    if (kind === 'gift' && piece.part === 'quantity') said.quantity = 1;
    if (kind === 'gift' && piece.part === 'price_minor') said.price_minor = 0;
    if (kind === 'buy_get' && piece.part === 'basis_points') said.basis_points = FREE;
  }
  return said;
}

/** The effect as it is sent: only the parts that are asked for, and none that is left empty. */
export function effectData(kind: Kind, effect: Effect): Record<string, unknown> {
  const sent = piecesOf(kind, effect)
    .filter((piece) => piece.as !== 'either')
    .map((piece) => [piece.part, effect[piece.part] ?? null] as const)
    .filter(([part, value]) => value !== null || !isOptional(kind, part));
  return Object.fromEntries(sent);
}

function isOptional(kind: Kind, part: string): boolean {
  const piece = PIECES[kind].find((one) => one.part === part);
  return piece?.optional === true || piece?.as === 'yes' || piece?.as === 'word';
}

/** Which of several parts is the one that is said. */
export function saidOf(piece: Piece, effect: Effect): string {
  const words = piece.words ?? [];
  return words.find((part) => part in effect) ?? words[0] ?? '';
}

/** The same effect with another of the parts said instead. */
export function sayInstead(piece: Piece, effect: Effect, chosen: string): Effect {
  const kept = Object.entries(effect).filter(([part]) => !(piece.words ?? []).includes(part));
  return { ...Object.fromEntries(kept), [chosen]: null };
}

/** Whether an offer names goods beside its effect: a bundle has slots, a bill is the whole bill. */
export function namesGoods(kind: Kind, effect: Effect): boolean {
  if (kind === 'percent') return effect.per === 'unit';
  if (kind === 'spend_and_save') return effect.base !== 'after_item';
  return kind !== 'bundle';
}

/** Whether an offer stands beside others on one bill at all: a price and more points always do. */
export function isStacked(kind: Kind): boolean {
  return kind !== 'price' && kind !== 'points_multiplier';
}

/** What may be limited of a kind: how often, and for how much money. */
export function limitsOf(kind: Kind): { uses: boolean; money: boolean } {
  return { uses: kind !== 'points_multiplier', money: isStacked(kind) };
}

/** Whether a coupon may promise it. */
export function isForCoupons(kind: Kind): boolean {
  return isStacked(kind);
}
