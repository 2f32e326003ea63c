/**
 * `npm run fuzz`: fuzzes every parser of external input with libFuzzer, and stops at the first violated property. It needs only
 * stable Rust and a C++ compiler.
 *
 *   node tests/fuzz.mjs [TARGET…]          runs each target for a minute, or for SLIPWAY_FUZZ_SECONDS
 *   node tests/fuzz.mjs --keep [TARGET…]   adds new inputs to fuzz/corpus: the fewest files with the same coverage
 *   node tests/fuzz.mjs --lock             updates fuzz/Cargo.lock after a change of a crate's dependencies
 */
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

import { ask, main, root, run, Stop } from '../packaging/command.mjs';

const home = join(root, 'fuzz');
const work = join(root, 'target/fuzz');

/**
 * The targets, and the maximum length of each input in bytes: slightly above the parser's limit, or enough for every branch.
 */
const targets = {
  answers: 4096,
  callback: 10_000,
  deep_link: 10_000,
  media: 16_384,
  sidecar: 4096,
  vault_text: 4096,
  webhook: 4096,
};

/**
 * The maximum number of inputs kept for a target beside its seeds. Each further one adds an edge or two, which a minute of
 * fuzzing finds again.
 */
const keptMax = 80;

/** The sanitizer flags of cargo-fuzz that stable Rust supports: counters on all edges, and traces of comparisons. */
const coverage = [
  '--cfg fuzzing',
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
  '-Ccodegen-units=1',
];

/** Builds all programs, then runs the named targets, as many at a time as there are cores. */
export async function fuzz(names = Object.keys(targets), seconds = patience()) {
  await build();
  const waiting = [...names];
  const failed = new AbortController();
  const worker = async () => {
    while (waiting.length > 0 && !failed.signal.aborted) {
      try {
        await hunt(waiting.shift(), seconds, failed.signal);
      } catch (error) {
        failed.abort();
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(availableParallelism(), names.length) }, worker);
  const ends = await Promise.allSettled(workers);
  const broken = ends.find(({ status }) => status === 'rejected');
  if (broken) throw broken.reason;
}

/** Returns the duration per target in seconds, from the environment or the default. */
export function patience(usual = 60) {
  const seconds = Number(process.env.SLIPWAY_FUZZ_SECONDS ?? usual);
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw new Stop('SLIPWAY_FUZZ_SECONDS must be a whole number of seconds, 1 or more.');
  }
  return seconds;
}

/** Builds the programs; with `lowPriority`, under `nice`. */
export async function build({ lowPriority = false } = {}) {
  checkLock();
  // With an explicit `--target`, Cargo builds build scripts and macros without counters.
  const place = ['--target', host(), '--target-dir', work];
  const manifest = ['--manifest-path', join(home, 'Cargo.toml')];
  await run('cargo', ['build', '--locked', '--release', ...manifest, ...place], {
    env: { RUSTFLAGS: coverage.join(' ') },
    lowPriority,
  });
}

function host() {
  const triple = /^host: (.+)$/m.exec(ask('rustc', ['-vV']) ?? '');
  if (!triple) throw new Stop('`rustc -vV` does not say for which system it is.');
  return triple[1];
}

/** The fuzzed dependencies must have the shipped versions. */
function checkLock() {
  const versions = (file) => {
    const found = new Map();
    for (const [, name, version] of readFileSync(file, 'utf8').matchAll(/name = "(.+)"\nversion = "(.+)"/g)) {
      found.set(name, [...(found.get(name) ?? []), version]);
    }
    return found;
  };
  const shipped = versions(join(root, 'Cargo.lock'));
  for (const [name, fuzzed] of versions(join(home, 'Cargo.lock'))) {
    const known = shipped.get(name);
    if (known && !fuzzed.every((version) => known.includes(version))) {
      throw new Stop(`fuzz/Cargo.lock has another ${name}. Renew it with \`node tests/fuzz.mjs --lock\`.`);
    }
  }
}

async function renewLock() {
  copyFileSync(join(root, 'Cargo.lock'), join(home, 'Cargo.lock'));
  // Cargo removes the dependencies that are not needed here, and adds libFuzzer.
  await run('cargo', ['update', '--workspace', '--manifest-path', join(home, 'Cargo.toml')]);
}

/** Runs one target, starting from the kept and the previously found inputs. New inputs stay out of git. */
async function hunt(name, seconds, signal) {
  const found = join(work, 'corpus', name);
  const broken = join(work, 'broken', name);
  mkdirSync(found, { recursive: true });
  mkdirSync(broken, { recursive: true });
  const said = await libFuzzer(
    name,
    [
      `-max_total_time=${seconds}`,
      `-max_len=${targets[name]}`,
      '-timeout=10',
      '-rss_limit_mb=1024',
      '-print_final_stats=1',
      `-dict=${join(home, 'dictionaries', `${name}.dict`)}`,
      `-artifact_prefix=${broken}/`,
      found,
      ...kept(name),
    ],
    signal,
  );
  const counts = [...said.matchAll(/ cov: (\d+) ft: (\d+)/g)];
  const runs = /stat::number_of_executed_units: *(\d+)/.exec(said);
  // Without coverage counters libFuzzer runs without finding anything.
  if (counts.length === 0 || Number(counts.at(-1)[1]) < 100 || !runs) {
    throw new Stop(`${name} does not seem to be built with coverage counters; see ${log(name)}`);
  }
  const [first, last] = [counts[0], counts.at(-1)];
  console.log(
    `${name}: ${Number(runs[1]).toLocaleString('en')} inputs, edges ${first[1]} -> ${last[1]}, ` +
      `features ${first[2]} -> ${last[2]}, no promise broken`,
  );
}

/** Returns the folders of the inputs in git: the corpus and the handwritten seeds. */
function kept(name) {
  return ['corpus', 'seeds'].map((folder) => join(home, folder, name)).filter(existsSync);
}

/** Minimises the corpus: keeps in fuzz/corpus the inputs that add the most coverage beyond the seeds. */
async function keep(name) {
  const chosen = join(work, 'chosen', name);
  rmSync(chosen, { recursive: true, force: true });
  cpSync(join(home, 'seeds', name), chosen, { recursive: true });
  const seeds = new Set(readdirSync(chosen));
  const corpora = [...kept(name), join(work, 'corpus', name)].filter(existsSync);
  // Edges only: with hit counts, the folder would fill with nearly identical inputs.
  const merge = ['-set_cover_merge=1', '-use_counters=0', '-timeout=10', `-max_len=${targets[name]}`];
  await libFuzzer(name, [...merge, chosen, ...corpora]);
  const corpus = join(home, 'corpus', name);
  rmSync(corpus, { recursive: true, force: true });
  mkdirSync(corpus, { recursive: true });
  const time = (file) => statSync(join(chosen, file), { bigint: true }).mtimeNs;
  // libFuzzer writes them one after another, those with the most new coverage first.
  const found = readdirSync(chosen)
    .filter((file) => !seeds.has(file))
    .sort((one, other) => (time(one) < time(other) ? -1 : 1))
    .slice(0, keptMax);
  for (const file of found) copyFileSync(join(chosen, file), join(corpus, file));
  console.log(`${name}: ${found.length} inputs kept beside the ${seeds.size} seeds`);
}

/** Runs a fuzzing program. Returns its output, which is also in its log. */
function libFuzzer(name, args, signal) {
  const program = join(work, host(), 'release', name);
  mkdirSync(join(work, 'logs'), { recursive: true });
  const output = openSync(log(name), 'w');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', output, output], signal });
    let cause;
    child.once('error', (error) => (cause = error));
    child.once('close', (code, killed) => {
      const said = readFileSync(log(name), 'utf8');
      if (code === 0) return resolve(said);
      const file = /Test unit written to (.+)/.exec(said)?.[1];
      const end = said.trimEnd().split('\n').slice(-30).join('\n');
      const again = file && `\nRun it again with:\n  ${relative(root, program)} ${relative(root, file)}`;
      reject(
        new Stop(
          `${name} ended with ${cause?.message ?? killed ?? `code ${code}`}.\n\n${end}\n${again ?? ''}`,
        ),
      );
    });
  });
}

function log(name) {
  return join(work, 'logs', `${name}.log`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const [flags, names] = [true, false].map((dashed) =>
      process.argv.slice(2).filter((word) => word.startsWith('--') === dashed),
    );
    const unknown =
      names.find((name) => !(name in targets)) ?? flags.find((flag) => !/^--(keep|lock)$/.test(flag));
    if (unknown)
      throw new Stop(
        `${unknown} is neither a target nor an option. Targets: ${Object.keys(targets).join(', ')}`,
      );
    const chosen = names.length > 0 ? names : Object.keys(targets);
    if (flags.includes('--lock')) return renewLock();
    if (!flags.includes('--keep')) return fuzz(chosen);
    await build();
    for (const name of chosen) await keep(name);
  });
}
