/** `npm run screenshots`: builds Slipway and takes screenshots of the running app for docs/screenshots. */
import { main, run } from '../packaging/command.mjs';
import { needNodeModules, needPackages, needToolchains } from '../packaging/machine.mjs';

await main(async () => {
  await needToolchains();
  await needPackages(['build', 'run', 'test']);
  await needNodeModules();
  await run('npm', ['run', '--silent', 'build']);
  await run('cargo', ['build', '--locked', '--workspace']);
  // The same packages as in the build, so that nothing is compiled twice.
  const test = ['--workspace', '--test', 'screenshots'];
  await run('cargo', ['test', '--locked', ...test, '--', '--ignored', '--nocapture']);
});
