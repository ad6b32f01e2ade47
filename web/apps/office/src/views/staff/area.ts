import { Postcard } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const WRITES = ['staff.read', 'staff.write'];

export const area: Area = {
  name: 'staff',
  group: 'shop',
  order: 30,
  icon: Postcard,
  title: () => t('title'),
  needs: ['staff.read'],
  routes: [
    {
      path: '',
      component: () => import('./StaffArea.vue'),
      // Her own sign-in is for everybody.
      meta: { needs: [] },
      children: [
        { path: '', name: 'staff', component: () => import('./PeopleTab.vue'), meta: { needs: ['staff.read'] } },
        { path: 'keys', name: 'keys', component: () => import('./KeysTab.vue'), meta: { needs: ['api_key.write'] } },
        { path: 'me', name: 'own-sign-in', component: () => import('./OwnTab.vue') },
      ],
    },
    { path: 'new', name: 'person-new', component: () => import('./PersonNew.vue'), meta: { needs: WRITES } },
    { path: 'keys/new', name: 'key-new', component: () => import('./KeyNew.vue'), meta: { needs: ['api_key.write'] } },
    { path: ':id', name: 'person', component: () => import('./PersonPage.vue'), props: true },
    { path: ':id/edit', name: 'person-edit', component: () => import('./PersonForm.vue'), props: true, meta: { needs: WRITES } },
    { path: ':id/roles', name: 'person-roles', component: () => import('./RolesForm.vue'), props: true, meta: { needs: WRITES } },
  ],
};
