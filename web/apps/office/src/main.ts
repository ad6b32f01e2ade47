import '@regulars/ui/tokens.css';
import 'element-plus/es/components/base/style/css';
import './theme.css';
import './office.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';

createApp(App).use(createPinia()).use(router).mount('#office');
