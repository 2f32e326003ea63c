/** Checks and installs Slipway's build dependencies. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

import { ask, root, run, Stop } from './command.mjs';

/** Checks Rust and Node, which the user installs, and installs missing rustup components. */
export async function needToolchains(parts = []) {
  const node = process.versions.node.split('.').map(Number);
  if (node[0] < 20 || (node[0] === 20 && node[1] < 19)) {
    throw new Stop(
      `Slipway needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`,
    );
  }
  const cargo = /^cargo (\d+)\.(\d+)/.exec(ask('cargo', ['--version']) ?? '');
  if (!cargo)
    throw new Stop(
      'Slipway needs Rust. Get it from https://rustup.rs, open a new terminal, and run this again.',
    );
  const wanted = /^rust-version = "(\d+)\.(\d+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  if (wanted && (Number(cargo[1]) < Number(wanted[1]) || Number(cargo[2]) < Number(wanted[2]))) {
    throw new Stop(
      `Slipway needs Rust ${wanted[1]}.${wanted[2]} or newer: run \`rustup update\`, then this again.`,
    );
  }
  for (const part of parts) {
    if (ask('cargo', [part === 'rustfmt' ? 'fmt' : part, '--version'])) continue;
    if (!ask('rustup', ['--version']))
      throw new Stop(`${part} is missing from this Rust. Install it, then run this again.`);
    console.log(`Installing ${part} with rustup: it checks the code.`);
    await run('rustup', ['component', 'add', part]);
  }
}

/**
 * Lists the missing Debian packages with their reasons, then installs them.
 *
 * @param {('build' | 'run' | 'demo' | 'test')[]} purposes
 */
export async function needPackages(purposes) {
  const all = JSON.parse(readFileSync(join(root, 'packaging/debian-packages.json'), 'utf8'));
  const named = all.filter((entry) => purposes.includes(entry.for));
  // A package may serve several purposes; one reason is enough.
  const wanted = [...new Map(named.map((entry) => [entry.name, entry])).values()];
  const list = () => wanted.map(({ name, why }) => `  ${name.padEnd(28)} ${why}`).join('\n');
  if (ask('dpkg-query', ['--version']) === null || ask('apt-get', ['--version']) === null) {
    console.log(
      `This is not Debian. Going on; if something fails, look for what your system calls these:\n${list()}`,
    );
    return;
  }
  const missing = wanted.filter(
    ({ name }) => ask('dpkg-query', ['-W', '-f=${db:Status-Status}', name]) !== 'installed',
  );
  if (missing.length === 0) return;
  console.log('Slipway needs these Debian packages and installs them now:');
  for (const { name, why } of missing) console.log(`  ${name.padEnd(28)} ${why}`);

  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing.map(({ name }) => name)];
  const [program, ...before] = privileges(install);
  const apt = (args) =>
    run(program, [...before, 'DEBIAN_FRONTEND=noninteractive', ...args], { input: 'inherit' });
  try {
    await apt(['apt-get', 'update']);
  } catch (error) {
    // Ignores apt sources that cannot be reached.
    console.log(`${error.message} Trying with the package lists that are there.`);
  }
  await apt(install);
}

/** Returns the prefix that runs a command as root. */
function privileges(install) {
  if (process.getuid() === 0) return ['env'];
  if (ask('sudo', ['-V']) !== null) {
    // Without a terminal nobody can type a password, and sudo would wait forever.
    if (process.stdin.isTTY) return ['sudo', 'env'];
    if (ask('sudo', ['-n', 'true']) !== null) return ['sudo', '-n', 'env'];
  }
  throw new Stop(
    `They need root to install, and sudo is not to be had here. Run this as root, then try again:\n  ${install.join(' ')}`,
  );
}

/** Runs `npm ci` unless node_modules was installed from the current lock file. */
export async function needNodeModules() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules/.slipway-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing the npm packages of the lock file into node_modules.');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, lock);
}

/**
 * Installs a cargo subcommand if it is missing: builds it from source into target/tools, so that nothing else on the machine
 * changes. Returns the environment in which `cargo NAME` finds it.
 */
export async function needCargoTool(name, version, why) {
  const tools = join(root, 'target/tools');
  const env = { PATH: `${join(tools, 'bin')}:${process.env.PATH}` };
  const there = spawnSync('cargo', [name, '--version'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  if (there.status === 0) return env;
  console.log(`Building cargo-${name} ${version} into target/tools (once, some minutes): ${why}.`);
  // Built without optimisation: it compiles minutes faster and runs seconds slower.
  const how = ['--version', version, '--locked', '--debug', '--root', tools];
  const withoutDebugInfo = { CARGO_PROFILE_DEV_DEBUG: 'false' };
  await run('cargo', ['install', `cargo-${name}`, ...how], { env: withoutDebugInfo, lowPriority: true });
  return env;
}
