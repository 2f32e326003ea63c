/** The fake backend's video conversion. */
import type { TranscodeOptions, TranscodeChoice, TranscodeSupport, Post } from '../bindings';
import { fakeNotice, line } from './notices';

/** An ffmpeg with all features. */
export const FFMPEG: TranscodeSupport = {
  ffmpeg: '7.1',
  h264: true,
  aac: true,
  toneMapping: true,
  notice: null,
};

/** A computer without ffmpeg. */
export const NO_FFMPEG: TranscodeSupport = {
  ffmpeg: null,
  h264: false,
  aac: false,
  toneMapping: false,
  notice: fakeNotice({
    code: 'fit.no_ffmpeg',
    happened: 'Slipway needs ffmpeg to change a video, and this computer has none.',
    slipway: 'Slipway changes nothing until it is there.',
    you: 'Install the package ffmpeg, for example with “sudo apt install ffmpeg”, then try again.',
  }),
};

const QUESTIONS: Record<string, string> = {
  landscape: 'Put it on an upright frame with black bars',
  no_audio: 'Add a silent audio track',
  too_long_for_creator: 'Cut it after 29 s',
};

const STEPS: Record<string, string[]> = {
  frame_rate_high: ['Re-encodes the video as H.264, at high quality.', 'Changes the frame rate to 60 fps.'],
  landscape: ['Scales it to 1080 × 608 pixels.', 'Puts it on a black frame of 1080 × 1920 pixels.'],
  no_audio: ['Adds a silent audio track.'],
  too_long_for_creator: ['Keeps the first 29 s and cuts the rest.'],
};

/** Returns the engine's answer about a post. */
export function fitOf(post: Post, choice: TranscodeChoice, support: TranscodeSupport): TranscodeOptions {
  const tooLong = choice.maxDurationSec !== null && post.media.durationMs > choice.maxDurationSec * 1000;
  const rules = [...(tooLong ? ['too_long_for_creator'] : []), ...post.findings.map(({ rule }) => rule)];
  const chosen = rules.filter((rule) => choice.rules?.includes(rule) ?? !(rule in QUESTIONS));
  const command = (what: string) => `ffmpeg -i 'file:${post.path}' ${what} 'file:${post.path} (fits).mp4'`;
  return {
    support,
    mends: rules
      .filter((rule) => rule in STEPS)
      .map((rule) => ({
        rule,
        chosen: chosen.includes(rule),
        question: rule in QUESTIONS ? line(QUESTIONS[rule] ?? '') : null,
        command: command(`-${rule}`),
      })),
    plan:
      chosen.length === 0
        ? null
        : { steps: chosen.flatMap((rule) => (STEPS[rule] ?? []).map(line)), command: command('-everything') },
    progress: null,
  };
}
