/** What is said about making a video fit; the steps themselves come from the engine. */
export const fit = {
  title: 'Make it fit',
  intro:
    'Slipway can change the file with ffmpeg. The original stays as it is; this draft then uses the new file.',
  make: 'Make it fit',
  steps: 'What Slipway will do',
  choose: 'Your choice',
  nothing: 'Choose what to change.',
  looking: 'Looking at the file…',
  copy: 'Copy ffmpeg command',
  copyAll: 'Copy the whole command',
  copied: 'Command copied',
  progressOf: (name: string) => `Making ${name} fit`,
  percent: (percent: number) => `${percent} % done`,
  left: (time: string) => `about ${time} left`,
  waiting: 'Waits until another video is done.',
  stop: 'Stop',
  done: (name: string) => `The draft now uses ${name}`,
  stopped: 'Stopped. The draft is as it was.',
  failed: (name: string) => `${name} was not made to fit`,
  again: 'Look again',
} as const;
