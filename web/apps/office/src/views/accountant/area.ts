import { Wallet } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const REPORTS = ['value.report'];

export const area: Area = {
  name: 'accountant',
  group: 'books',
  order: 20,
  icon: Wallet,
  title: () => t('title'),
  needs: REPORTS,
  routes: [
    {
      path: '',
      component: () => import('./AccountantPage.vue'),
      children: [
        { path: '', name: 'liability', component: () => import('./LiabilityTab.vue') },
        { path: 'day-end', name: 'day-end', component: () => import('./DayEndTab.vue'), meta: { needs: ['report.read'], ofPlace: true } },
        { path: 'clearing', name: 'clearing', component: () => import('./ClearingTab.vue') },
        { path: 'member', name: 'ledger-member', component: () => import('./MemberTab.vue'), meta: { needs: ['value.read'] } },
        { path: 'proof', name: 'proof', component: () => import('./ProofTab.vue'), meta: { needs: ['verify.run'] } },
        { path: 'jobs', name: 'jobs', component: () => import('./JobsTab.vue'), meta: { needs: ['verify.run'] } },
      ],
    },
  ],
};
