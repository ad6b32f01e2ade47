import { Setting } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'settings',
  group: 'shop',
  order: 40,
  icon: Setting,
  title: () => t('title'),
  // A till reads the rules too; who looks after them works with figures.
  needs: ['terms.read', 'report.read'],
  routes: [
    { path: '', name: 'settings', component: () => import('./SettingsPage.vue') },
    { path: ':field', name: 'setting', component: () => import('./FieldPage.vue'), props: true },
  ],
};
