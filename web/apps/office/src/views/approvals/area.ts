import { Stamp } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'approvals',
  group: 'today',
  order: 20,
  icon: Stamp,
  title: () => t('title'),
  needs: ['offer.read', 'journey.approve'],
  routes: [{ path: '', name: 'approvals', component: () => import('./WaitingPage.vue') }],
};
