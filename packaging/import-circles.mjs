/**
 * `npm run circles`: prints the import circles of each crate and of the UI, and fails if one has too many files.
 *
 *   node packaging/import-circles.mjs [--limit N] [--arrows] [--root FOLDER]
 *
 *   --limit N       the largest allowed circle, in files; default 3
 *   --arrows        also prints the imports inside each circle
 *   --root FOLDER   another checkout of the repository
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { main, root as home, Stop } from './command.mjs';
import { circles } from './imports/circles.mjs';
import { crateArrows, workspaceCrates } from './imports/rust.mjs';
import { uiArrows } from './imports/ui.mjs';

await main(() => {
  const { values: options } = parseArgs({
    options: {
      limit: { type: 'string', default: '3' },
      arrows: { type: 'boolean', default: false },
      root: { type: 'string', default: home },
    },
  });
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new Stop('--limit must be a whole number of files.');
  const root = resolve(options.root);

  const rows = workspaceCrates(root, 'src-tauri').map(({ name, roots }) => measure(name, crateArrows(roots)));
  if (existsSync(join(root, 'ui/src'))) {
    const { values, all } = uiArrows(join(root, 'ui'));
    rows.push(measure('ui', values), { ...measure('ui, types too', all), lenient: true });
  }

  for (const row of rows) show(row, root, options.arrows);
  console.log(table(rows));
  const broken = rows.filter((row) => !row.lenient && row.largest > limit);
  if (broken.length > 0) {
    const names = broken.map(({ name, largest }) => `${name} (${largest} files)`).join(', ');
    throw new Stop(`Import circles of more than ${limit} files: ${names}.`);
  }
});

function measure(name, arrows) {
  const found = circles(new Map([...arrows].map(([file, to]) => [file, to.keys()])));
  const others = (file, to) => [...to.keys()].filter((other) => !isPart(other, file));
  const outer = circles(new Map([...arrows].map(([file, to]) => [file, others(file, to)])));
  return {
    name,
    arrows,
    circles: found,
    files: arrows.size,
    largest: found[0]?.length ?? 0,
    outer: outer[0]?.length ?? 0,
  };
}

/** Returns true if a file belongs to a submodule of the other file's module. */
function isPart(file, of) {
  const module = /^(mod|lib|main)\.rs$/.test(basename(of)) ? dirname(of) : of.replace(/\.rs$/, '');
  return of.endsWith('.rs') && file !== of && file.startsWith(`${module}/`);
}

function show({ name, arrows, circles }, root, withArrows) {
  for (const members of circles) {
    console.log(`${name}: a circle of ${members.length} files`);
    for (const file of members) {
      console.log(`  ${relative(root, file)}`);
      if (!withArrows) continue;
      for (const [to, paths] of arrows.get(file)) {
        if (members.includes(to)) console.log(`    -> ${relative(root, to)} (${[...paths].join(', ')})`);
      }
    }
    console.log();
  }
}

function table(rows) {
  const cells = [
    ['crate', 'files', 'circles', 'largest', "largest without a module's imports of its own parts"],
    ...rows.map(({ name, files, circles, largest, outer }) =>
      [name, files, circles.length, largest, outer].map(String),
    ),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join('  '),
    )
    .join('\n');
}
