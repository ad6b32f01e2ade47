/** What a programme promises, in one line. */
import type { ProgrammeKind } from '@regulars/api';
import { formatCount } from '@regulars/shared';
import { percentText } from '../../format';
import { either, money } from '../../text';
import { giftWords } from '../../inputs/giftWords';
import type { Definition } from './parts';
import { t } from './words';

type CouponName = (code: string) => string;

/** What a row is called: its name in this language, else its code, else its number. */
export function rowTitle(row: Definition, parts: readonly string[], at: number): string {
  const [chinese = '', english = ''] = parts;
  const isNamed = parts.length > 1;
  const name = isNamed ? either(String(row[chinese] ?? ''), String(row[english] ?? '')) : '';
  const days = row.days;
  if (!isNamed && typeof days === 'number' && days > 0) return t('streak.days', { count: days });
  return name || String(row.code ?? '') || t('row.nth', { number: at + 1 });
}

const count = (value: unknown) => formatCount(typeof value === 'number' ? value : 0);
const amount = (value: unknown) => money(typeof value === 'number' ? value : 0);
const length = (value: unknown) => (Array.isArray(value) ? value.length : 0);

const WHOLE = 10_000;

/** How likely something is, for guests to read: never rounded down to nothing. */
export function shareWords(numerator: number, denominator: number): string {
  if (denominator <= 0) return '–';
  const share = Math.round((numerator * WHOLE) / denominator);
  return share === 0 && numerator > 0 ? t('draw.tiny', { share: percentText(1) }) : percentText(share);
}

const GOALS = ['orders', 'visits', 'spend_minor', 'product', 'category', 'check_ins', 'referrals', 'top_up_minor'] as const;

function goalWords(goal: Definition): string {
  const kind = GOALS.find((one) => one === goal.kind);
  if (!kind) return '';
  const isMoney = kind === 'spend_minor' || kind === 'top_up_minor';
  return t(`says.goal_${kind}`, { count: Number(goal.count ?? 0), shown: isMoney ? amount(goal.amount_minor) : count(goal.count) });
}

export function summary(kind: ProgrammeKind, value: Definition, couponName: CouponName): string {
  const gift = (part: string) => giftWords(value[part], couponName) || t('says.nothing');
  switch (kind) {
    case 'check_in':
      return t('says.check_in', { gift: gift('daily') });
    case 'task':
      return t('says.task', { goal: goalWords((value.goal ?? {}) as Definition), gift: gift('gift') });
    case 'draw':
      return t('says.draw', { count: length(value.prizes) });
    case 'mall_item':
      return t('says.mall_item', { points: count(value.points), gift: gift('gives') });
    case 'referral':
      return t('says.referral', { inviter: gift('inviter'), invited: gift('invited') });
    case 'group_buy':
      return t('says.group_buy', { seats: count(value.seats), price: amount(value.price_minor) });
    case 'pass':
      return t('says.pass', { uses: count(value.uses), price: amount(value.price_minor), days: count(value.valid_days) });
    case 'survey':
      return t('says.survey', { count: length(value.questions) });
  }
}
