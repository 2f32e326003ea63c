/** Build, dev server and test settings of the UI. */
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
    // Fonts stay separate files, because the content security policy forbids `data:` fonts.
    assetsInlineLimit: 0,
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: [at('./src/lib/testing/setup.ts')],
    restoreMocks: true,
    // Checking a whole page for accessibility takes seconds on a busy machine, which is no failure.
    testTimeout: 30_000,
    // The default is one core less, which leaves only half of a two-core machine.
    maxWorkers: '100%',
  },
});
