import { Filter } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const WRITES = ['segment.read', 'segment.write'];

export const area: Area = {
  name: 'segments',
  group: 'guests',
  order: 30,
  icon: Filter,
  title: () => t('title'),
  needs: ['segment.read'],
  routes: [
    { path: '', name: 'segments', component: () => import('./SegmentsList.vue') },
    { path: 'templates', name: 'segment-templates', component: () => import('./TemplatesPage.vue'), meta: { needs: WRITES } },
    { path: 'new', name: 'segment-new', component: () => import('./SegmentForm.vue'), meta: { needs: WRITES } },
    { path: ':id/edit', name: 'segment-edit', component: () => import('./SegmentForm.vue'), props: true, meta: { needs: WRITES } },
    {
      path: ':id',
      component: () => import('./SegmentPage.vue'),
      props: true,
      children: [
        { path: '', name: 'segment', component: () => import('./OverviewTab.vue') },
        { path: 'members', name: 'segment-members', component: () => import('./MembersTab.vue') },
      ],
    },
  ],
};
