import { Ticket } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'coupons',
  group: 'marketing',
  order: 20,
  icon: Ticket,
  title: () => t('title'),
  // A till reads kinds of coupon to name them on a bill; who looks at all of them plans for many members.
  needs: ['coupon.read', 'segment.read'],
  routes: [
    { path: '', name: 'coupons', component: () => import('./CouponsList.vue') },
    { path: 'new', name: 'coupon-new', component: () => import('./CouponForm.vue'), meta: { needs: ['offer.write'] } },
    { path: 'batches', name: 'coupon-batches', component: () => import('./BatchesList.vue') },
    { path: 'batches/new', name: 'coupon-batch-new', component: () => import('./BatchForm.vue'), meta: { needs: ['offer.write'] } },
    { path: 'batches/:id', name: 'coupon-batch', component: () => import('./BatchPage.vue'), props: true },
    { path: ':id/issue', name: 'coupon-issue', component: () => import('./CouponPage.vue'), props: true, meta: { needs: ['coupon.issue'], ofPlace: true } },
    { path: ':id', name: 'coupon', component: () => import('./CouponPage.vue'), props: true },
  ],
};
