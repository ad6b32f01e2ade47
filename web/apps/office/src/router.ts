import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { AREAS } from './areas';
import StartView from './views/StartView.vue';
import UnknownView from './views/UnknownView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    area?: string;
    needs?: readonly string[];
    /** What the page shows is of the store or region that is chosen above it. */
    ofPlace?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'start', component: StartView },
  ...AREAS.map((area): RouteRecordRaw => ({
    path: `/${area.name}`,
    meta: { area: area.name, needs: area.needs },
    children: area.routes,
  })),
  { path: '/:rest(.*)*', name: 'unknown', component: UnknownView },
];

export const router = createRouter({ history: createWebHistory('/office/'), routes });

const RELOADED_FOR = 'regulars.reloaded_for';

// After an update the old page asks for scripts that are gone: it begins anew, once.
router.onError((_, to) => {
  if (sessionStorage.getItem(RELOADED_FOR) === to.fullPath) return;
  sessionStorage.setItem(RELOADED_FOR, to.fullPath);
  location.assign(router.resolve(to.fullPath).href);
});
router.afterEach(() => sessionStorage.removeItem(RELOADED_FOR));
