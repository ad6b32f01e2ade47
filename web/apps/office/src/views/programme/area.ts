import { Present } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'programme',
  group: 'marketing',
  order: 60,
  icon: Present,
  title: () => t('title'),
  // A till reads what runs at its store; who keeps programmes works with figures too.
  needs: ['offer.read', 'report.read'],
  routes: [
    {
      path: '',
      component: () => import('./ProgrammeFrame.vue'),
      children: [
        { path: '', name: 'programmes', component: () => import('./ProgrammesTab.vue') },
        { path: 'waiting', name: 'mall-waiting', component: () => import('./WaitingTab.vue'), meta: { ofPlace: true, needs: ['member.read'] } },
        { path: 'referrals', name: 'referrals', component: () => import('./ReferralsTab.vue'), meta: { needs: ['member.write'] } },
        { path: 'seats', name: 'seats-owed', component: () => import('./SeatsTab.vue'), meta: { needs: ['value.read'] } },
      ],
    },
    { path: 'new', name: 'programme-kinds', component: () => import('./KindsPage.vue') },
    { path: 'new/:kind', name: 'programme-new', component: () => import('./ProgrammePage.vue'), props: true },
    { path: ':id', name: 'programme', component: () => import('./ProgrammePage.vue'), props: true },
  ],
};
