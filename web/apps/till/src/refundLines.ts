/** The lines that explain the refund of a top-up, each amount with what it counts. */
import type { TopUpRefundPlan } from '@regulars/api';
import { formatCount } from '@regulars/shared';
import { money, t } from './text';

export type RefundLine = TopUpRefundPlan['lines'][number];

/** "¥200.00", "60 积分", "1 张", "1 件", "2 笔". */
export function lineAmount(line: RefundLine): string {
  const count = formatCount(line.amount);
  switch (line.unit) {
    case 'money':
      return money(line.amount);
    case 'points':
      return t('give_back.points', { count });
    case 'items':
      return t('give_back.items', { count });
    case 'times':
      return t('give_back.times', { count });
    default:
      return t('give_back.coupons', { count });
  }
}
