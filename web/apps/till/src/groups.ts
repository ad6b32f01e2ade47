/** Group buying at the till: what a deal promises, and how a group stands. */
import type { Group, Programme, SeatTender } from '@regulars/api';
import { spokenCode, tillWhen } from '@regulars/shared';
import { either, named, t } from './text';

/** A deal as its definition spells it. Units: minor units for each seat, minutes. */
export interface GroupDeal {
  programmeId: string;
  version: number;
  name: () => string;
  priceMinor: number;
  seats: number;
  openMinutes: number;
  tenders: readonly SeatTender[];
}

const TENDERS: readonly SeatTender[] = ['cash', 'external', 'stored_value'];

export function dealOf(programme: Programme): GroupDeal {
  const { definition } = programme;
  const told = definition['tenders'];
  return {
    programmeId: programme.id,
    version: programme.version,
    name: () => either(String(definition['deal_zh'] ?? ''), String(definition['deal_en'] ?? '')) || named(programme),
    priceMinor: Number(definition['price_minor']),
    seats: Number(definition['seats']),
    openMinutes: Number(definition['open_minutes']),
    tenders: Array.isArray(told) ? TENDERS.filter((one) => told.includes(one)) : TENDERS,
  };
}

/** How many are still missing, and until when: "还差 2 人，14:05 截止". */
export function missingWords(group: Pick<Group, 'seats' | 'seats_taken' | 'ends_at'>): string {
  return t('group.missing', { count: group.seats - group.seats_taken, until: tillWhen(group.ends_at, new Date()) });
}

/** How long a group stays open: "2 小时" where it is whole hours. */
export function openWords(minutes: number): string {
  if (minutes % 1_440 === 0) return t('group.days', { count: minutes / 1_440 });
  return minutes % 60 === 0 ? t('group.hours', { count: minutes / 60 }) : t('group.minutes', { count: minutes });
}

export function codeOf(group: Pick<Group, 'id'>): string {
  return spokenCode(group.id);
}
