import { Files } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'people',
  group: 'guests',
  order: 20,
  icon: Files,
  title: () => t('title'),
  needs: ['member.read', 'member.write'],
  routes: [
    {
      path: 'merge/:id/:other',
      name: 'merge',
      component: () => import('./MergePage.vue'),
      props: true,
      meta: { needs: ['member.read', 'member.write', 'value.move'] },
    },
    {
      path: '',
      component: () => import('./PeoplePage.vue'),
      children: [
        { path: '', name: 'duplicates', component: () => import('./DuplicatesTab.vue') },
        { path: 'requests', name: 'subject-requests', component: () => import('./RequestsTab.vue') },
        { path: 'import', name: 'member-import', component: () => import('./ImportTab.vue'), meta: { needs: ['member.import'] } },
      ],
    },
  ],
};
