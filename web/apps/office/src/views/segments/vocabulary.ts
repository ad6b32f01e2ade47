/** The things that a condition may name: goods, stores, tiers, coupons, passes, segments, words. */
import type { AnswerOf } from '@regulars/api';
import type { Named } from '@regulars/shared';
import { server } from '../../server';
import { useSession } from '../../stores/session';
import { named } from '../../text';
import { useLoaded, type Loaded } from '../../use/loaded';
import { isAboutGoods, type Argument, type MeasureKind } from './measures';
import { t, word, type Coded } from './words';

export interface Choice {
  value: string;
  label: string;
}
export interface ChoiceGroup {
  label: string;
  choices: Choice[];
}

type Goods = AnswerOf<'GET /goods'>;
type Thing = Named & { id: string };

export interface Vocabulary {
  products: readonly (Thing & { tags: readonly string[] })[];
  categories: readonly Thing[];
  stores: readonly Thing[];
  regions: readonly Thing[];
  coupons: readonly Thing[];
  passes: readonly Thing[];
  segments: readonly Thing[];
  tiers: readonly (Named & { code: string })[];
  memberTags: readonly string[];
}

/** Nothing to choose from, as long as it has not come. */
export const NOTHING: Vocabulary = {
  products: [],
  categories: [],
  stores: [],
  regions: [],
  coupons: [],
  passes: [],
  segments: [],
  tiers: [],
  memberTags: [],
};
const NO_GOODS: Pick<Goods, 'categories' | 'products'> = { categories: [], products: [] };

/** Codes that have a word each, by the measure that answers with them. */
const CODES: Readonly<Record<string, { kind: Coded; codes: readonly string[] }>> = {
  channel_in: { kind: 'channel', codes: ['counter', 'table', 'takeaway', 'delivery', 'phone'] },
  joined_via: { kind: 'door', codes: ['till', 'import', 'api'] },
  language: { kind: 'language', codes: ['zh-CN', 'en'] },
  told: { kind: 'told', codes: ['name', 'gender', 'birthday', 'address', 'likes', 'taboos'] },
  contacts: { kind: 'contact', codes: ['phone', 'email', 'card', 'openid'] },
  consents: {
    kind: 'consent',
    codes: ['sms/marketing', 'email/marketing', 'wechat/marketing', 'push/marketing', 'webhook/marketing', 'profile/personalisation', 'profile/membership'],
  },
  stage: { kind: 'stage', codes: ['prospect', 'first_timer', 'developing', 'regular', 'at_risk', 'lost', 'won_back'] },
  rfm: {
    kind: 'rfm',
    codes: ['high_value', 'key_develop', 'key_win_back', 'key_retain', 'steady', 'develop', 'win_back', 'retain', 'newcomer'],
  },
};

function tiersIn(terms: AnswerOf<'GET /terms'>): Vocabulary['tiers'] {
  const ladder = terms.find((term) => term.field === 'tiers.ladder')?.value;
  return Array.isArray(ladder) ? (ladder as (Named & { code: string })[]) : [];
}

/** What of the shop she may see is offered; a segment is not offered to itself. */
export function useVocabulary(own: string | undefined): Loaded<Vocabulary> {
  const session = useSession();
  const may = <Answer>(right: string, ask: () => Promise<Answer>, nothing: Answer): Promise<Answer> =>
    session.can(right) ? ask() : Promise.resolve(nothing);
  return useLoaded(async (signal) => {
    const stores = session.session?.stores ?? [];
    const query = { store_id: stores[0]?.id ?? '' };
    const [goods, regions, terms, coupons, passes, segments] = await Promise.all([
      may<Pick<Goods, 'categories' | 'products'>>('catalog.read', () => server.call('GET /goods', { signal }), NO_GOODS),
      may('store.read', () => server.call('GET /regions', { signal }), []),
      may('terms.read', () => (query.store_id ? server.call('GET /terms', { query, signal }) : Promise.resolve([])), []),
      may('coupon.read', () => server.call('GET /coupon-types', { signal }), []),
      may('offer.read', () => server.call('GET /programmes', { query: { kind: 'pass' }, signal }), []),
      server.call('GET /segments', { signal }),
    ]);
    return {
      products: goods.products,
      categories: goods.categories,
      stores,
      regions,
      coupons,
      passes,
      segments: segments.filter((one) => one.state === 'active' && one.id !== own),
      tiers: tiersIn(terms),
      memberTags: [...new Set(segments.flatMap((one) => (one.tag ? [one.tag] : [])))],
    };
  });
}

function things(list: readonly Thing[], before = ''): Choice[] {
  return list.map((one) => ({ value: `${before}${one.id}`, label: named(one) }));
}
function texts(list: readonly string[], before = ''): Choice[] {
  return list.map((one) => ({ value: `${before}${one}`, label: one }));
}

/** Goods to choose from: by product, by category, by the word on them. */
export function goodsOf(known: Vocabulary): ChoiceGroup[] {
  const tags = [...new Set(known.products.flatMap((one) => one.tags))].sort();
  return [
    { label: t('about.category'), choices: things(known.categories, 'category:') },
    { label: t('about.tag'), choices: texts(tags, 'tag:') },
    { label: t('about.product'), choices: things(known.products, 'product:') },
  ].filter((group) => group.choices.length > 0);
}

/** Places to choose from. */
export function placesOf(known: Vocabulary): ChoiceGroup[] {
  return [
    { label: t('about.region'), choices: things(known.regions, 'region:') },
    { label: t('about.store'), choices: things(known.stores, 'store:') },
  ].filter((group) => group.choices.length > 0);
}

/** What the alternatives of a measure are chosen from. */
export function aboutOf(kind: MeasureKind, known: Vocabulary): ChoiceGroup[] {
  return isAboutGoods(kind) ? goodsOf(known) : placesOf(known);
}

/** What one argument that is chosen is chosen from; null: it is typed. */
export function choicesOf(kind: MeasureKind, argument: Argument, known: Vocabulary): ChoiceGroup[] | null {
  if (argument.sort === 'step') {
    return [{ label: t('about.visit'), choices: [{ value: 'visit', label: t('about.any_visit') }] }, ...goodsOf(known)];
  }
  if (argument.choices) {
    const codes = argument.name === 'period' ? 'period' : 'channel';
    return [{ label: '', choices: argument.choices.map((code) => ({ value: code, label: word(codes, code) })) }];
  }
  if (argument.name !== 'type') return null;
  return [{ label: '', choices: things(kind.name === 'pass_uses_left' ? known.passes : known.coupons) }];
}

/** The words that a measure may be one of. */
export function wordsOf(measure: string, known: Vocabulary): Choice[] {
  const coded = CODES[measure];
  if (coded) return coded.codes.map((code) => ({ value: code, label: word(coded.kind, code) }));
  if (measure === 'tier') return known.tiers.map((one) => ({ value: one.code, label: named(one) }));
  if (measure === 'home_store') return things(known.stores);
  if (measure === 'region') return things(known.regions);
  if (measure === 'segments') return things(known.segments);
  return texts(known.memberTags);
}
