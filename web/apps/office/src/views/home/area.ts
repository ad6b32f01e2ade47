import { House } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'home',
  // The first area is where a day begins.
  group: 'today',
  order: 10,
  icon: House,
  title: () => t('title'),
  needs: ['report.read'],
  routes: [{ path: '', name: 'home', component: () => import('./HomeView.vue'), meta: { ofPlace: true } }],
};
