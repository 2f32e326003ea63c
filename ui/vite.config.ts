/** How the UI is built, served in development and tested. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  base: './',
  cacheDir: at('../node_modules/.vite'),
  plugins: [tailwindcss(), svelte({ configFile: at('./svelte.config.js') }), svelteTesting()],
  resolve: { alias: { $lib: at('./src/lib'), $components: at('./src/components') } },
  clearScreen: false,
  server: { host: '127.0.0.1', port: 1420, strictPort: true },
  build: {
    outDir: at('./dist'),
    emptyOutDir: true,
    target: ['es2022', 'safari17'],
    // Fonts stay files of their own: the content security policy allows no data: fonts.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: [at('./src/lib/testing/setup.ts')],
    restoreMocks: true,
    // A look for accessibility at a whole page takes seconds on a busy machine, which is no failure.
    testTimeout: 30_000,
    // One core less is the default, which is half of what small machines have.
    maxWorkers: '100%',
  },
});
