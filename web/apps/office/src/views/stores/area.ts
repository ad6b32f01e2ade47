import { Shop } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);
const WRITES = ['store.read', 'store.write'];

export const area: Area = {
  name: 'stores',
  group: 'shop',
  order: 20,
  icon: Shop,
  title: () => t('title'),
  // Who only sells in a store needs no list of them.
  needs: ['store.read', 'terminal.bind'],
  routes: [
    {
      path: '',
      component: () => import('./StoresPage.vue'),
      children: [
        { path: '', name: 'stores', component: () => import('./StoresTab.vue'), meta: { ofPlace: true } },
        { path: 'regions', name: 'regions', component: () => import('./RegionsTab.vue') },
      ],
    },
    { path: 'new', name: 'store-new', component: () => import('./StoreForm.vue'), meta: { needs: WRITES } },
    { path: 'regions/new', name: 'region-new', component: () => import('./RegionForm.vue'), meta: { needs: WRITES } },
    { path: 'regions/:id', name: 'region-edit', component: () => import('./RegionForm.vue'), props: true, meta: { needs: WRITES } },
    { path: ':id', name: 'store', component: () => import('./StorePage.vue'), props: true },
    { path: ':id/edit', name: 'store-edit', component: () => import('./StoreForm.vue'), props: true, meta: { needs: WRITES } },
    { path: ':id/tills/new', name: 'till-new', component: () => import('./TillForm.vue'), props: true, meta: { needs: WRITES } },
    { path: ':id/tills/:till', name: 'till-edit', component: () => import('./TillForm.vue'), props: true, meta: { needs: WRITES } },
  ],
};
