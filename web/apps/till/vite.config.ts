import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const server = process.env.REGULARS_SERVER ?? 'http://127.0.0.1:8000';

export default defineConfig({
  base: '/till/',
  plugins: [vue({ features: { optionsAPI: false } })],
  build: {
    outDir: '../../../src/regulars/web/till',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/healthz': server } },
});
