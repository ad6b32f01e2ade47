/** What a rule says, in words: one line, or one for each row. */
import { formatCount, symbolOf } from '@regulars/shared';
import { dayIn, momentIn, percentText } from '../../format';
import { currency, either, language, listed, money } from '../../text';
import { clockOf } from '../../clock';
import { isDay } from '../../days';
import { rowsOf, type ExclusiveRow, type FeeRow, type FlagRow, type StepRow, type TierGiftRow, type TierRow } from './editors/rows';
import type { FieldKind, Unit } from './fields';
import { giftWords } from '../../inputs/giftWords';
import { written } from '../../inputs/numbers';
import { usePlace } from '../../stores/place';
import { choiceOf, t, zeroOf } from './words';

/** What the codes in a value are called, and what the rungs of the ladder count. */
export interface Names {
  couponName(code: string): string;
  tierName(code: string): string;
  measure: string;
}

function counted(unit: Unit, count: number): string {
  return t(`unit.${unit}`, { count, shown: formatCount(count) });
}

/** What is being typed may be no amount yet. */
const amountWords = (minor: number | null) => (minor === null || minor < 0 ? '–' : money(minor));

/** So much growth value, money or so many visits. */
function measured(measure: string, amount: number): string {
  if (measure === 'spend') return amountWords(amount);
  return counted(measure === 'visits' ? 'visits' : 'growth', Math.max(amount, 0));
}

function tierWords(row: TierRow, measure: string): string {
  const parts = [either(row.name_zh, row.name_en)];
  if (row.growth_from) parts.push(t('ladder.says_from', { count: measured(measure, row.growth_from) }));
  if (row.discount_basis_points) parts.push(t('ladder.says_discount', { percent: percentText(row.discount_basis_points) }));
  const multiplier = row.multiplier_basis_points ?? 10_000;
  if (multiplier !== 10_000) parts.push(t('ladder.says_points', { percent: percentText(multiplier) }));
  if (row.queue_skip) parts.push(t('ladder.first'));
  return parts.join(' · ');
}

function stepWords({ principal_minor, ...gift }: StepRow, names: Names): string {
  return t('top_up.says', { amount: amountWords(principal_minor), gift: giftWords(gift, names.couponName) || t('gift.nothing') });
}

function tierGiftWords(row: TierGiftRow, names: Names): string {
  const upgrade = giftWords(row.upgrade_gift, names.couponName);
  const birthday = giftWords(row.birthday_gift, names.couponName);
  const told = [upgrade && t('tier_gifts.says_upgrade', { gift: upgrade }), birthday && t('tier_gifts.says_birthday', { gift: birthday })];
  return [names.tierName(row.tier), ...(upgrade || birthday ? told.filter(Boolean) : [t('gift.nothing')])].join(' · ');
}

function momentWords(instant: string | undefined): string {
  return instant ? momentIn(language.value, instant, usePlace().zone) : '–';
}

function flagWords(row: FlagRow): string {
  return `${row.flag} · ${flagTime(row)}`;
}

function flagTime(row: FlagRow): string {
  if (row.weekday !== undefined) return t(`weekday.${row.weekday as 1}`);
  if (row.date === undefined) return `${momentWords(row.from)} – ${momentWords(row.until)}`;
  return isDay(row.date) ? dayIn(language.value, row.date) : '–';
}

/** A number with its unit, as a bound: nothing is said of what it means. */
export function boundWords({ takes }: FieldKind, value: number): string {
  switch (takes.kind) {
    case 'money':
      return money(value);
    case 'rate':
      return percentText(value);
    case 'clock':
      return clockOf(value);
    case 'micro':
      return `${symbolOf(currency.value)}${written(value, 6)}`;
    case 'whole':
      return counted(takes.unit, value);
    default:
      return formatCount(value);
  }
}

function linesOf(lines: readonly string[]): string[] {
  return lines.length > 0 ? [...lines] : [t('value.nothing')];
}

/** What a value of a rule says. */
export function sayings(field: FieldKind, value: unknown, names: Names): string[] {
  const takes = field.takes;
  if (value === null) return [takes.kind === 'edges' || field.name === 'lifecycle.gap_days' ? t('value.measured') : t('value.none')];
  if (typeof value === 'number') return [(value === 0 && zeroOf(field.name)) || boundWords(field, value)];
  switch (takes.kind) {
    case 'choice':
      return [choiceOf(field.name, String(value))];
    case 'edges': {
      const { unit } = takes;
      const told = (edge: number | null) => (unit === 'money' ? amountWords(edge) : counted(unit, Math.max(edge ?? 0, 0)));
      return [rowsOf<number | null>(value).map(told).join(' / ')];
    }
    case 'gift':
      return [giftWords(value, names.couponName) || t('gift.nothing')];
    case 'ladder':
      return linesOf(rowsOf<TierRow>(value).map((row) => tierWords(row, names.measure)));
    case 'top_up_offers':
      return linesOf(rowsOf<StepRow>(value).map((row) => stepWords(row, names)));
    case 'tier_gifts':
      return linesOf(rowsOf<TierGiftRow>(value).map((row) => tierGiftWords(row, names)));
    case 'day_flags':
      return linesOf(rowsOf<FlagRow>(value).map(flagWords));
    case 'exclusive':
      return linesOf(rowsOf<ExclusiveRow>(value).length > 0 ? [t('exclusive.says', { count: rowsOf(value).length })] : []);
    case 'fees':
      return linesOf(rowsOf<FeeRow>(value).length > 0 ? [t('fees.says', { count: rowsOf(value).length })] : []);
    case 'law_off':
      return linesOf(rowsOf(value).length > 0 ? [t('law.says', { count: rowsOf(value).length })] : []);
    case 'coupons':
      return linesOf(rowsOf(value).length > 0 ? [listed(rowsOf<string>(value).map(names.couponName))] : []);
    default:
      return [String(value)];
  }
}

/** The same in one line. */
export function said(field: FieldKind, value: unknown, names: Names): string {
  return sayings(field, value, names).join(t('list.semicolon'));
}
