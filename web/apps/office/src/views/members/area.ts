import { User } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
// Who lists many members at once works with segments; a till looks up one.
const LISTS = ['member.read', 'segment.read'];
const WITH_VALUE = [...LISTS, 'value.read'];
const WRITES = [...LISTS, 'member.write'];

export const area: Area = {
  name: 'members',
  group: 'guests',
  order: 10,
  icon: User,
  title: () => t('title'),
  needs: LISTS,
  routes: [
    { path: '', name: 'members', component: () => import('./MembersList.vue'), meta: { ofPlace: true } },
    { path: 'bulk', name: 'members-bulk', component: () => import('./BulkPage.vue') },
    { path: ':id/edit', name: 'member-edit', component: () => import('./ProfileForm.vue'), props: true, meta: { needs: WRITES } },
    {
      path: ':id',
      component: () => import('./MemberPage.vue'),
      props: true,
      children: [
        { path: '', name: 'member', component: () => import('./tabs/OverviewTab.vue') },
        { path: 'value', name: 'member-value', component: () => import('./tabs/ValueTab.vue'), meta: { needs: WITH_VALUE } },
        { path: 'coupons', name: 'member-coupons', component: () => import('./tabs/CouponsTab.vue') },
        { path: 'passes', name: 'member-passes', component: () => import('./tabs/PassesTab.vue'), meta: { needs: WITH_VALUE } },
        { path: 'orders', name: 'member-orders', component: () => import('./tabs/OrdersTab.vue') },
        { path: 'messages', name: 'member-messages', component: () => import('./tabs/MessagesTab.vue') },
        { path: 'consents', name: 'member-consents', component: () => import('./tabs/ConsentsTab.vue') },
        { path: 'timeline', name: 'member-timeline', component: () => import('./tabs/TimelineTab.vue') },
        { path: 'record', name: 'member-record', component: () => import('../people/RecordTab.vue'), meta: { needs: WRITES } },
      ],
    },
  ],
};
