import { ChatDotRound } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const READS = ['offer.read', 'segment.read'];
const WRITES = [...READS, 'offer.write'];

export const area: Area = {
  name: 'messages',
  group: 'marketing',
  order: 50,
  icon: ChatDotRound,
  title: () => t('title'),
  // A till reads offers too; who writes messages works with segments.
  needs: READS,
  routes: [
    { path: '', name: 'messages', component: () => import('./TemplatesList.vue') },
    { path: 'outbox', name: 'messages-outbox', component: () => import('./OutboxPage.vue'), meta: { needs: [...WRITES, 'member.read'] } },
    { path: 'channels', name: 'messages-channels', component: () => import('./ChannelsPage.vue') },
    { path: 'templates/new', name: 'message-new', component: () => import('./TemplateForm.vue'), meta: { needs: WRITES } },
    { path: 'templates/:id', name: 'message-edit', component: () => import('./TemplateForm.vue'), props: true, meta: { needs: WRITES } },
  ],
};
