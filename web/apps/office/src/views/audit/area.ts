import { Notebook } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'audit',
  group: 'books',
  order: 30,
  icon: Notebook,
  title: () => t('title'),
  needs: ['audit.read'],
  routes: [{ path: '', name: 'audit', component: () => import('./AuditPage.vue') }],
};
