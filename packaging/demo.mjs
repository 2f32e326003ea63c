/** `npm run demo`: builds Slipway, starts it with a TikTok sandbox, and stops both together. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { ask, main, root, run, Stop } from './command.mjs';
import { needNodeModules, needPackages, needToolchains } from './machine.mjs';

const home = join(root, '.demo');
const sample = join(home, 'sample.mp4');
/** About 6 MB per second: slow enough to watch an upload. */
const uploadRate = 6_000_000;

await main(async () => {
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new Stop(
      'There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.\n' +
        'Run this in a terminal of a desktop session, or through `ssh -X`.',
    );
  }
  await needToolchains();
  await needPackages(['build', 'run', 'demo']);
  await needNodeModules();
  await run('npm', ['run', '--silent', 'build']);
  console.log('Building Slipway and the sandbox. The first time takes some minutes.');
  await run('cargo', ['build', '--locked', '-p', 'slipway', '-p', 'tiktok-sandbox']);

  mkdirSync(home, { recursive: true });
  await makeSample();
  await play();
});

/** Creates a sample video, 20 seconds of test picture with a tone, if ffmpeg is installed. */
async function makeSample() {
  if (existsSync(sample)) return;
  if (!ask('ffmpeg', ['-version'])) {
    console.log('ffmpeg is not installed, so there is no sample video; any MP4 of yours will do.');
    return;
  }
  console.log('Making a sample video.');
  const picture = 'testsrc2=size=1080x1920:rate=30:duration=20';
  const tone = 'sine=frequency=330:duration=20';
  const codecs = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    '12M',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
  ];
  const half = join(home, 'sample.partial.mp4');
  await run('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    picture,
    '-f',
    'lavfi',
    '-i',
    tone,
    ...codecs,
    half,
  ]);
  await run('mv', [half, sample]);
}

/** Starts sandbox and app, and waits until one of them exits or the user stops them. */
async function play() {
  const running = [];
  // Separate process groups: Ctrl+C reaches only this script, which then stops both in order.
  const start = (program, args, options) => {
    const child = spawn(join(root, 'target/debug', program), args, { cwd: root, detached: true, ...options });
    child.ended = new Promise((resolve, reject) => {
      child.once('error', (cause) => reject(new Stop(`${program} could not be started: ${cause.message}`)));
      child.once('close', (code, signal) => resolve({ program, code, signal }));
    });
    running.push(child);
    return child;
  };
  let stopped = false;
  const stopAsked = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        stopped = true;
        resolve({ program: 'you' });
      });
    }
  });

  try {
    const sandbox = start(
      'tiktok-sandbox',
      ['--data-dir', join(home, 'sandbox'), '--upload-rate', String(uploadRate)],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { RUST_LOG: 'warn', ...process.env } },
    );
    const ready = await Promise.race([firstLine(sandbox), sandbox.ended, stopAsked]);
    if (stopped) return;
    if (!ready.url)
      throw new Stop(`The sandbox ended before it was ready (${ready.signal ?? `code ${ready.code}`}).`);

    const app = start('slipway', [], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        SLIPWAY_DATA_DIR: join(home, 'slipway'),
        SLIPWAY_TIKTOK_AUTH_URL: ready.url,
        SLIPWAY_TIKTOK_API_URL: ready.url,
        SLIPWAY_CLIENT_KEY: ready.client_key,
        SLIPWAY_CLIENT_SECRET: ready.client_secret,
      },
    });
    tellWhatToDo(ready);
    const first = await Promise.race([app.ended, sandbox.ended, stopAsked]);
    if (first.program === 'tiktok-sandbox') throw new Stop('The sandbox ended; without it there is no demo.');
    if (first.program === 'slipway' && first.code !== 0) {
      throw new Stop(`Slipway ended with ${first.signal ?? `code ${first.code}`}.`);
    }
  } finally {
    await Promise.all(running.reverse().map(end));
  }
  console.log('The demo has ended. What you posted is kept in .demo/ for the next time.');
}

/** Returns the line of JSON that the sandbox prints when it is ready. */
async function firstLine(child) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  return child.ended;
}

function tellWhatToDo({ control }) {
  const video = existsSync(sample) ? `drop a video on it, for example .demo/sample.mp4` : 'drop an MP4 on it';
  console.log(`
Slipway is open, and speaks to a TikTok of its own on this computer.
  1. In the window: "Try the sandbox", then "Connect account". Your browser opens; choose a creator and agree.
  2. Back in the window: ${video}. Write a caption, choose who can see it, press "Post".
  3. Watch it go up. The sandbox's profile page plays what was posted.
The sandbox's control page, where faults can be ordered: ${control}
Close the window or press ctrl-c to end both.
`);
}

/** Stops a program; kills it after five seconds. */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch {
      // It has already exited.
    }
  };
  signal('SIGTERM');
  const timer = setTimeout(() => signal('SIGKILL'), 5_000);
  await child.ended;
  clearTimeout(timer);
}
