/** Bundles by_role.js and its package into the one script that the window tests run in a page. Argument: the output file. */
import { rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const [output] = process.argv.slice(2);
const [{ output: chunks }] = await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    lib: {
      entry: fileURLToPath(new URL('by_role.js', import.meta.url)),
      formats: ['iife'],
      name: 'byRole',
    },
  },
});
// Another test may read the file meanwhile, so it appears whole.
const half = `${output}.${process.pid}`;
await writeFile(half, `${chunks[0].code}\nreturn byRole(...arguments);\n`);
await rename(half, output);
