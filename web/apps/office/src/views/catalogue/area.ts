import { Goods } from '@element-plus/icons-vue';
import type { Area } from '../../areas';
import { speaker } from '../../text';
import en from './nav.en.json';
import zh from './nav.zh-CN.json';

const t = speaker(zh, en);

export const area: Area = {
  name: 'catalogue',
  group: 'shop',
  order: 10,
  icon: Goods,
  title: () => t('title'),
  // A till reads the menu of its store; who looks after goods works with figures too.
  needs: ['catalog.read', 'report.read'],
  routes: [
    {
      path: '',
      component: () => import('./CatalogueFrame.vue'),
      children: [
        { path: '', name: 'goods', component: () => import('./GoodsTab.vue'), meta: { ofPlace: true } },
        { path: 'prices', name: 'price-lists', component: () => import('./PriceListsTab.vue') },
        { path: 'sold-out', name: 'sold-out', component: () => import('./SoldOutTab.vue'), meta: { ofPlace: true } },
        { path: 'categories', name: 'categories', component: () => import('./CategoriesTab.vue') },
        { path: 'groups', name: 'modifier-groups', component: () => import('./GroupsTab.vue') },
        { path: 'taxes', name: 'taxes', component: () => import('./TaxesTab.vue') },
      ],
    },
    { path: 'products/new', name: 'product-new', component: () => import('./ProductForm.vue') },
    { path: 'products/:id', name: 'product', component: () => import('./ProductForm.vue'), props: true },
    { path: 'prices/new', name: 'price-list-new', component: () => import('./PriceListForm.vue') },
    { path: 'prices/:id', name: 'price-list', component: () => import('./PriceListPage.vue'), props: true },
    { path: 'categories/new', name: 'category-new', component: () => import('./CategoryForm.vue') },
    { path: 'categories/:id', name: 'category', component: () => import('./CategoryForm.vue'), props: true },
    { path: 'groups/new', name: 'modifier-group-new', component: () => import('./GroupForm.vue') },
    { path: 'groups/:id', name: 'modifier-group', component: () => import('./GroupForm.vue'), props: true },
    { path: 'taxes/new', name: 'tax-new', component: () => import('./TaxForm.vue') },
  ],
};
