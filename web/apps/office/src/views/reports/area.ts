import { TrendCharts } from '@element-plus/icons-vue';
import type { RouteRecordRaw } from 'vue-router';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const meta = { ofPlace: true };
const behind = (kind: 'orders' | 'members' | 'refunds' | 'coupons'): RouteRecordRaw => ({
  path: `:name/${kind}`,
  name: `report-${kind}`,
  component: () => import('./BehindPage.vue'),
  props: (route) => ({ name: route.params.name, kind }),
  meta,
});

export const area: Area = {
  name: 'reports',
  group: 'books',
  order: 10,
  icon: TrendCharts,
  title: () => t('title'),
  needs: ['report.read'],
  routes: [
    { path: '', name: 'reports', component: () => import('./ReportsList.vue') },
    { path: ':name', name: 'report', component: () => import('./ReportPage.vue'), props: true, meta },
    behind('orders'),
    behind('members'),
    behind('refunds'),
    behind('coupons'),
  ],
};
