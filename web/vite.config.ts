// Builds the page into web/dist, which the service serves. While developing, `npx vite web` proxies to a running service.
import { defineConfig } from 'vite';

const service = process.env.OFFCURVE_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2022', sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': service, '/health': service, '/socket.io': { target: service, ws: true } } },
});
