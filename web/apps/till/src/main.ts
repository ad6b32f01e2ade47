import '@regulars/ui/tokens.css';
import '@regulars/ui/base.css';
import './print.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';

createApp(App).use(createPinia()).mount('#till');
