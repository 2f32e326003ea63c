/** Runs other programs and reports their exit clearly. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** An expected failure: its message is for people and needs no stack trace. */
export class Stop extends Error {}

/**
 * Collects the output of the programs that a job runs, instead of showing it: `background.run({ output: [] }, job)`.
 *
 * @type {AsyncLocalStorage<{ output: Buffer[] }>}
 */
export const background = new AsyncLocalStorage();

/** The programs that `run` waits for. */
const running = new Set();

/**
 * Runs a program in the root folder with its output shown, and waits for it.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, input?: 'ignore' | 'inherit', lowPriority?: boolean }} [options]
 *   `input: 'inherit'` lets the program ask the user, for a password for example. `lowPriority` runs the program with `nice`.
 */
export function run(program, args, { env = {}, input = 'ignore', lowPriority = false } = {}) {
  return new Promise((resolve, reject) => {
    const output = background.getStore()?.output;
    const place = output ? 'pipe' : 'inherit';
    const [first, ...rest] = lowPriority ? ['nice', '-n', '19', program, ...args] : [program, ...args];
    const child = spawn(first, rest, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: [input, place, place],
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => output.push(data));
    const line = [program, ...args].join(' ');
    child.once('error', (cause) => reject(new Stop(`\`${line}\` could not be started: ${cause.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Stop(`\`${line}\` ended with ${signal ?? `code ${code}`}.`));
    });
  });
}

/** Stops all programs that `run` waits for. */
export function endAll() {
  for (const child of running) child.kill();
}

/**
 * Returns the output of a program, or null if it is missing or fails.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ timeout?: number }} [options] `timeout` in milliseconds
 */
export function ask(program, args, { timeout } = {}) {
  const answer = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  return answer.error || answer.status !== 0 ? null : answer.stdout.trim();
}

/** Runs a script's main function. A failure becomes a message and exit code 1. */
export async function main(job) {
  try {
    await job();
  } catch (error) {
    console.error(`\n${error instanceof Stop ? error.message : error.stack}`);
    process.exitCode = 1;
  }
}
