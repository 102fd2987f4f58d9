import path from 'node:path';
import process from 'node:process';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `vigil start` listens unless told otherwise; only the development server needs it. */
const API_DEFAULT = 'http://127.0.0.1:8080';

/** Builds the console into `dist`, from which `platform/http` serves it. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    // Everything is one page: a second request would only come later than the first.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_000,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: process.env['VIGIL_API'] ?? API_DEFAULT, ws: true } },
  },
});
