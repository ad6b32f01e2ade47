import { Bell } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'tasks',
  group: 'today',
  order: 30,
  icon: Bell,
  title: () => t('title'),
  needs: ['segment.read'],
  routes: [
    {
      path: '',
      component: () => import('./TasksPage.vue'),
      children: [
        { path: '', name: 'tasks-marks', component: () => import('./MarksTab.vue'), meta: { ofPlace: true } },
        { path: 'stuck', name: 'tasks-stuck', component: () => import('./StuckTab.vue'), meta: { needs: ['segment.read', 'offer.write', 'member.read'], ofPlace: true } },
        { path: 'imports', name: 'tasks-imports', component: () => import('./ImportsTab.vue'), meta: { needs: ['segment.read', 'member.import'], ofPlace: true } },
      ],
    },
  ],
};
