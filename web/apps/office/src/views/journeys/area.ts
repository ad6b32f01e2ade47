import { Connection } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const READS = ['offer.read', 'segment.read'];
const WRITES = [...READS, 'offer.write'];

export const area: Area = {
  name: 'journeys',
  group: 'marketing',
  order: 40,
  icon: Connection,
  title: () => t('title'),
  // A till reads offers too; who draws journeys works with segments.
  needs: READS,
  routes: [
    { path: '', name: 'journeys', component: () => import('./JourneysList.vue') },
    { path: 'new', name: 'journey-new', component: () => import('./JourneyEditor.vue'), meta: { needs: WRITES } },
    { path: ':id/edit', name: 'journey-edit', component: () => import('./JourneyEditor.vue'), props: true, meta: { needs: WRITES } },
    {
      path: ':id',
      component: () => import('./JourneyPage.vue'),
      props: true,
      children: [
        { path: '', name: 'journey', component: () => import('./tabs/StepsTab.vue') },
        { path: 'results', name: 'journey-results', component: () => import('./tabs/ResultsTab.vue'), meta: { needs: [...READS, 'measurement.read'], ofPlace: true } },
        { path: 'versions', name: 'journey-versions', component: () => import('./tabs/VersionsTab.vue') },
        { path: 'simulations', name: 'journey-simulations', component: () => import('./tabs/SimulationTab.vue') },
        { path: 'members', name: 'journey-members', component: () => import('./tabs/MembersTab.vue'), meta: { needs: [...WRITES, 'member.read'] } },
      ],
    },
  ],
};
