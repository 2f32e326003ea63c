/**
 * `npm run inner-loop`: measures the duration of a build after a change of one line.
 *
 *   node packaging/inner-loop.mjs [--root FOLDER] [--times N] [--cold] [FILE…]
 *
 *   FILE            paths from the root folder; default: one file each of posts, folders and the UI
 *   --root FOLDER   another checkout of the repository
 *   --times N       the number of measurements of each edit, of which the median is shown; default 3
 *   --cold          also measures a build from scratch, in a separate target folder
 *
 * Each edit adds a line of code with a new number, so that no earlier build can be reused. The file is restored afterwards.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { main, root as home, Stop } from './command.mjs';

const usual = [
  ['src-tauri/engine/src/posts/store.rs', 'src-tauri/engine/src/posts/mod.rs'],
  ['src-tauri/engine/src/folders/store.rs', 'src-tauri/engine/src/folders/mod.rs'],
  ['ui/src/App.svelte'],
];

/** The line added to a file, by file extension. */
const edits = {
  rs: (number) => `const _: u64 = ${number};\n`,
  svelte: (number) => `<span hidden>${number}</span>\n`,
  ts: (number) => `export const innerLoop = ${number};\n`,
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: home },
    times: { type: 'string', default: '3' },
    cold: { type: 'boolean', default: false },
  },
});
const root = resolve(options.root);
const times = Number(options.times);

await main(async () => {
  if (!Number.isInteger(times) || times < 1) throw new Stop('--times must be a whole number, 1 or more.');
  const files = positionals.length > 0 ? positionals : usual.map(existing).filter(Boolean);
  for (const file of files) {
    if (!existsSync(join(root, file))) throw new Stop(`There is no ${file} in ${root}.`);
    if (!edits[ending(file)]) throw new Stop(`${file}: only .rs, .svelte and .ts files can be edited here.`);
  }
  const rows = [];
  if (options.cold) rows.push(['from nothing', await cold()]);
  console.log('Building once, so that only the edits are measured.');
  await build(files.some((file) => ending(file) !== 'rs'));
  for (const file of files) rows.push([file, await edited(file)]);
  console.log(`\n| edited | seconds | of CPU | compiled |\n|---|---|---|---|`);
  for (const [name, { seconds, cpu, compiled }] of rows) {
    console.log(`| \`${name}\` | ${seconds.toFixed(1)} | ${cpu.toFixed(1)} | ${compiled.join(', ')} |`);
  }
});

function existing(files) {
  return files.find((file) => existsSync(join(root, file)));
}

function ending(file) {
  return file.split('.').at(-1);
}

async function cold() {
  const target = mkdtempSync(join(tmpdir(), 'slipway-cold-'));
  try {
    const measured = await build(true, { CARGO_TARGET_DIR: target });
    return { ...measured, compiled: [`${measured.compiled.length} crates`] };
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

/** Returns the median of several builds, each after an edit. */
async function edited(file) {
  const path = join(root, file);
  const text = readFileSync(path);
  const restore = () => writeFileSync(path, text);
  const interrupted = () => {
    restore();
    process.exit(130);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupted);
  const withUi = ending(file) !== 'rs';
  const all = [];
  try {
    for (let time = 1; time <= times; time += 1) {
      writeFileSync(path, Buffer.concat([text, Buffer.from(edits[ending(file)](Date.now()))]));
      const measured = await build(withUi);
      console.log(`${file}: ${measured.seconds.toFixed(1)} s`);
      all.push(measured);
    }
  } finally {
    restore();
    for (const signal of signals) process.off(signal, interrupted);
  }
  // Rebuilds the restored file, so that the measurement of the next file does not include it.
  await build(withUi);
  return all.sort((one, other) => one.seconds - other.seconds)[Math.floor(all.length / 2)];
}

/** Builds all crates, and the UI if requested. Returns the seconds and the names of the compiled crates. */
async function build(withUi, env = {}) {
  const start = performance.now();
  const before = cpuSeconds();
  if (withUi) await step('npm', ['run', '--silent', 'build'], env);
  const said = await step('cargo', ['build', '--locked', '--workspace'], env);
  return {
    seconds: (performance.now() - start) / 1000,
    cpu: cpuSeconds() - before,
    compiled: [...said.matchAll(/^ *Compiling (\S+)/gm)].map(([, name]) => name),
  };
}

/** Runs a program without output and returns the text that it printed. */
function step(program, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env, CARGO_TERM_COLOR: 'never' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
    child.once('error', (cause) => reject(new Stop(`${program} could not be started: ${cause.message}`)));
    child.once('close', (code) =>
      code === 0 ? resolve(said) : reject(new Stop(`${said}\n\`${program} ${args.join(' ')}\` failed.`)),
    );
  });
}

/** Returns the CPU time of all finished child processes, if the system reports it. */
function cpuSeconds() {
  try {
    const [, ...fields] = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
    // Fields 16 and 17 of proc(5), counted from field 4, in hundredths of a second.
    return (Number(fields[12]) + Number(fields[13])) / 100;
  } catch {
    return NaN;
  }
}
