/**
 * `npm test`: runs every check of the project with its name and duration; stops at the first failure.
 *
 * The long steps run one after another and show their output. The checks that need neither the app nor the screen run beside
 * them on the free cores, and show their output when they finish.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ask, background, endAll, main, root, run, Stop } from '../packaging/command.mjs';
import { needCargoTool, needNodeModules, needPackages, needToolchains } from '../packaging/machine.mjs';
import { needSameFeatures } from '../packaging/same-features.mjs';
import { build as buildFuzzing, fuzz, patience } from './fuzz.mjs';

const denyVersion = '0.20.2';

/** @typedef {[name: string, job: () => Promise<string | void> | string | void]} Step */

/** @type {Step[]} */
const preparation = [
  ['Rust and Node', () => needToolchains(['rustfmt', 'clippy'])],
  ['Debian packages', () => needPackages(['build', 'run', 'test'])],
  ['npm packages', () => needNodeModules()],
  // The app embeds ui/dist when it compiles, so this comes before every build of the app.
  ['UI build', () => npm('build')],
];

/** @type {Step[]} */
const long = [
  ['Build, with Clippy', () => run('cargo', ['build', '--locked', '--workspace', '--all-targets'], linted())],
  ['Tests', tests],
  ['Documentation tests', documentationTests],
  // Long enough to find a new regression. Before a release, each parser is fuzzed for an hour.
  ['Fuzzing', () => beside.then(() => fuzz(undefined, patience(20)))],
];

/** @type {Step[]} */
const short = [
  ['Rust formatting', () => run('cargo', ['fmt', '--all', '--check'])],
  ['Features of dependencies', needSameFeatures],
  ['Import circles', () => npm('circles')],
  ['Tests of the tools', () => npm('test:tools')],
  ['UI lint', () => npm('lint')],
  ['UI types', () => npm('check')],
  ['UI tests', () => npm('test:ui')],
  ['Licences, bans and sources of dependencies', dependencies],
  ['Advisories on dependencies', advisories],
  ['Fuzzing programs', () => buildFuzzing({ lowPriority: true })],
];

const count = preparation.length + long.length + short.length;
const times = [];
/** The completion of all short steps. */
let beside;

await main(async () => {
  const start = performance.now();
  try {
    for (const step of preparation) await shown(step);
    beside = inBackground();
    await Promise.all([beside, inForeground()]);
  } catch (error) {
    endAll();
    throw error;
  }
  console.log(`\n${times.join('\n')}\nEverything passed in ${seconds(start)}.`);
});

async function inForeground() {
  for (const step of long) await shown(step);
}

async function inBackground() {
  for (const [name, job] of short) {
    const output = [];
    const show = () =>
      process.stdout.write(Buffer.concat([Buffer.from(`\n=== ${name}, beside\n`), ...output]));
    await timed(name, () => background.run({ output }, job), show);
  }
}

async function shown([name, job]) {
  console.log(`\n=== ${name}`);
  await timed(name, job);
}

/** Runs a step and reports its duration. */
async function timed(name, job, show) {
  const started = performance.now();
  let note;
  try {
    note = await job();
  } catch (error) {
    show?.();
    const cause = error instanceof Stop ? error.message : error.stack;
    throw new Stop(`${name} failed after ${seconds(started)}.\n${cause}`);
  }
  show?.();
  times.push(`${seconds(started).padStart(9)}  ${name}`);
  console.log(`--- [${times.length}/${count}] ${name}: ${note ?? 'ok'}, ${seconds(started)}`);
}

function npm(script) {
  return run('npm', ['run', '--silent', script]);
}

/**
 * Returns the environment in which Cargo lints Slipway's own crates while it compiles them, as `cargo clippy` does while it
 * checks them. Build, lints and tests thus share one compilation of the dependencies, also with a plain `cargo build`.
 */
function linted() {
  const sysroot = ask('rustc', ['--print', 'sysroot']);
  const lints = ['-D', 'warnings'];
  return {
    env: {
      RUSTC_WORKSPACE_WRAPPER: sysroot ? join(sysroot, 'bin/clippy-driver') : 'clippy-driver',
      CLIPPY_ARGS: lints.map((word) => `${word}__CLIPPY_HACKERY__`).join(''),
    },
  };
}

async function dependencies() {
  const env = await needCargoTool(
    'deny',
    denyVersion,
    'it checks the licences and origins of all dependencies',
  );
  await run('cargo', ['deny', '--locked', 'check', 'bans', 'licenses', 'sources'], { env });
}

/** Advisories are in a remote git repository. If it cannot be reached, the check is skipped and the other checks still run. */
async function advisories() {
  const database = 'https://github.com/RustSec/advisory-db';
  if (ask('git', ['ls-remote', database, 'HEAD'], { timeout: 30_000 }) === null) {
    return `NOT CHECKED, ${database} cannot be reached from here`;
  }
  const env = await needCargoTool('deny', denyVersion, 'it checks dependencies for known advisories');
  await run('cargo', ['deny', '--locked', 'check', 'advisories'], { env });
}

/**
 * Runs the tests with cargo-nextest, which gives each test its own process and time limit. Building nextest takes longer than
 * all tests together, so if it is missing, `cargo test` runs them. The window tests have their own limits and take turns.
 */
async function tests() {
  if (ask('cargo', ['nextest', '--version'])) {
    await run('cargo', ['nextest', 'run', '--locked', '--workspace'], linted());
  } else {
    console.log('cargo-nextest is not installed; using `cargo test`.');
    const kinds = ['--lib', '--bins', '--tests'];
    await run('cargo', ['test', '--locked', '--workspace', ...kinds, '--no-fail-fast'], linted());
  }
}

/** Runs the examples in the documentation, if there are any. */
async function documentationTests() {
  const example = /^\s*\/\/[/!]\s*```/m;
  const sources = ['src-tauri', 'tests', 'fuzz'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, String(name))),
  );
  const has = sources.some((file) => file.endsWith('.rs') && example.test(readFileSync(file, 'utf8')));
  if (!has) return 'there are none';
  await run('cargo', ['test', '--locked', '--workspace', '--doc', '--quiet'], linted());
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
