import { Promotion } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const READS = ['offer.read', 'segment.read'];
const WRITES = [...READS, 'offer.write'];

export const area: Area = {
  name: 'campaigns',
  group: 'marketing',
  order: 30,
  icon: Promotion,
  title: () => t('title'),
  // A till reads offers too; who leads campaigns works with segments.
  needs: READS,
  routes: [
    { path: '', name: 'campaigns', component: () => import('./CampaignsList.vue') },
    { path: 'ready', name: 'campaigns-ready', component: () => import('./ReadyList.vue') },
    { path: 'new', name: 'campaign-new', component: () => import('./CampaignForm.vue'), meta: { needs: WRITES } },
    { path: ':id/edit', name: 'campaign-edit', component: () => import('./CampaignForm.vue'), props: true, meta: { needs: WRITES } },
    {
      path: ':id',
      component: () => import('./CampaignPage.vue'),
      props: true,
      children: [
        { path: '', name: 'campaign', component: () => import('./PlanTab.vue') },
        { path: 'results', name: 'campaign-results', component: () => import('./ResultsTab.vue'), meta: { needs: [...READS, 'measurement.read'], ofPlace: true } },
      ],
    },
  ],
};
