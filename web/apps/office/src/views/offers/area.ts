import { Discount } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'offers',
  group: 'marketing',
  order: 10,
  icon: Discount,
  title: () => t('title'),
  // A till reads offers to name them on a bill; who looks at all of them plans for many members.
  needs: ['offer.read', 'segment.read'],
  routes: [
    { path: '', name: 'offers', component: () => import('./OffersList.vue') },
    { path: 'templates', name: 'offer-templates', component: () => import('./TemplatesPage.vue'), meta: { needs: ['offer.write'] } },
    { path: 'new', name: 'offer-new', component: () => import('./OfferForm.vue'), meta: { needs: ['offer.write'], ofPlace: true } },
    { path: 'calendar', name: 'offer-calendar', component: () => import('./CalendarPage.vue') },
    { path: 'backtests', name: 'backtests', component: () => import('./BacktestsList.vue') },
    { path: 'backtests/:id', name: 'backtest', component: () => import('./BacktestPage.vue'), props: true },
    { path: ':id/edit', name: 'offer-edit', component: () => import('./OfferForm.vue'), props: true, meta: { needs: ['offer.write'], ofPlace: true } },
    { path: ':id/basket', name: 'offer-basket', component: () => import('./OfferPage.vue'), props: true, meta: { needs: ['offer.read', 'order.quote'], ofPlace: true } },
    { path: ':id/past', name: 'offer-past', component: () => import('./OfferPage.vue'), props: true, meta: { needs: ['offer.write'], ofPlace: true } },
    { path: ':id/history', name: 'offer-history', component: () => import('./OfferPage.vue'), props: true },
    { path: ':id', name: 'offer', component: () => import('./OfferPage.vue'), props: true, meta: { ofPlace: true } },
  ],
};
