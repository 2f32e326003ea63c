/** Checks that the app alone uses the same features of its dependencies as the whole workspace with its tests. */
import { ask, Stop } from './command.mjs';

/**
 * Fails if a dependency has other features in `cargo build -p slipway` than in `cargo build --workspace`, or other features in
 * either than in the tests. Cargo would compile it, and all its dependents, again.
 */
export function needSameFeatures() {
  const tested = tree(['--workspace', '-e', 'normal,build,dev']);
  const selections = [['-p', 'slipway'], ['-p', 'slipway', '-p', 'tiktok-sandbox'], ['--workspace']];
  for (const selection of selections) {
    const others = [...tree([...selection, '-e', 'normal,build'])].filter((line) => !tested.has(line));
    if (others.length === 0) continue;
    const wanted = others.map((line) => {
      const [name, version] = line.split(' ');
      const all = [...tested].filter((other) => other.startsWith(`${name} ${version} `));
      return `  here:  ${line}\n${all.map((other) => `  tests: ${other}`).join('\n')}`;
    });
    throw new Stop(
      `\`cargo build ${selection.join(' ')}\` asks for other features than the tests. ` +
        `Add what is missing to the shared features in Cargo.toml.\n${wanted.join('\n')}`,
    );
  }
}

/** Returns each dependency with its version and features, one per line. */
function tree(args) {
  const lines = ask('cargo', ['tree', '--locked', '--prefix', 'none', '--format', '{p} {f}', ...args]);
  if (lines === null) throw new Stop('`cargo tree` failed.');
  return new Set(lines.split('\n').map((line) => line.replace(/ \(\*\)$/, '')));
}
