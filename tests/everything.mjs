/** `npm test`: every check of the project, in order, each named and timed; stops at the first that fails. */
import { ask, main, run, Stop } from '../packaging/command.mjs';
import { fuzz, patience } from './fuzz.mjs';
import { needCargoTool, needNodeModules, needPackages, needToolchains } from '../packaging/machine.mjs';

const denyVersion = '0.20.2';

/** @type {[name: string, job: () => Promise<string | void>][]} */
const steps = [
  ['Rust and Node', () => needToolchains(['rustfmt', 'clippy'])],
  ['Debian packages', () => needPackages(['build', 'run', 'test'])],
  ['npm packages', () => needNodeModules()],
  ['Rust formatting', () => run('cargo', ['fmt', '--all', '--check'])],
  ['UI lint', () => npm('lint')],
  ['UI types', () => npm('check')],
  ['UI tests', () => npm('test:ui')],
  // The app embeds ui/dist when it compiles, so this comes before every build of it.
  ['UI build', () => npm('build')],
  [
    'Clippy',
    () => run('cargo', ['clippy', '--locked', '--workspace', '--all-targets', '--', '-D', 'warnings']),
  ],
  ['Licences, bans and sources of dependencies', dependencies],
  ['Advisories on dependencies', advisories],
  // The window tests start target/debug/slipway as a person would, so it is built as a program first.
  ['Build', () => run('cargo', ['build', '--locked', '--workspace'])],
  ['Tests', tests],
  // Long enough to meet what broke with a change; an hour for each parser is for before a release.
  ['Fuzzing', () => fuzz(undefined, patience(20))],
  ['Documentation tests', () => run('cargo', ['test', '--locked', '--workspace', '--doc', '--quiet'])],
];

await main(async () => {
  const begun = performance.now();
  for (const [index, [name, job]] of steps.entries()) {
    const place = `[${index + 1}/${steps.length}] ${name}`;
    console.log(`\n=== ${place}`);
    const started = performance.now();
    let note;
    try {
      note = await job();
    } catch (error) {
      throw new Stop(
        `${place} failed after ${seconds(started)}.\n${error instanceof Stop ? error.message : error.stack}`,
      );
    }
    console.log(`--- ${name}: ${note ?? 'ok'}, ${seconds(started)}`);
  }
  console.log(`\nEverything passed in ${seconds(begun)}.`);
});

function npm(script) {
  return run('npm', ['run', '--silent', script]);
}

async function dependencies() {
  const env = await needCargoTool(
    'deny',
    denyVersion,
    'it checks the licences and origins of all dependencies',
  );
  await run('cargo', ['deny', '--locked', 'check', 'bans', 'licenses', 'sources'], { env });
}

/** Advisories live in a git repository elsewhere; where that cannot be reached, the rest is still worth testing. */
async function advisories() {
  const database = 'https://github.com/RustSec/advisory-db';
  if (ask('git', ['ls-remote', database, 'HEAD'], { timeout: 30_000 }) === null) {
    return `NOT CHECKED, ${database} cannot be reached from here`;
  }
  const env = await needCargoTool('deny', denyVersion, 'it checks dependencies for known advisories');
  await run('cargo', ['deny', '--locked', 'check', 'advisories'], { env });
}

/**
 * cargo-nextest gives each test a process and a time limit of its own. Building it takes longer than all tests together, so where
 * it is missing `cargo test` does; the window tests keep their own limits and take turns by themselves.
 */
async function tests() {
  if (ask('cargo', ['nextest', '--version'])) {
    await run('cargo', ['nextest', 'run', '--locked', '--workspace']);
  } else {
    console.log('cargo-nextest is not installed; using `cargo test`.');
    await run('cargo', ['test', '--locked', '--workspace', '--lib', '--bins', '--tests', '--no-fail-fast']);
  }
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
