/** Every sentence that the UI shows to a creator, by noun, ready for translation. */
import { firstRun, setup, problems } from './start';
import { queue, states, post } from './posts';
import { schedule, weekdays } from './schedule';
import { composer } from './composer';
import { fit } from './fit';
import { folders } from './folders';
import { accounts, connect } from './accounts';
import { security } from './security';
import { settings } from './settings';
import { plural } from './plural';

export const texts = {
  app: 'Slipway',
  /** How dates and times are written: in the language of these texts. */
  locale: 'en-GB',
  /** Between two facts in one line. */
  separator: ' · ',
  close: 'Close',
  dismiss: 'Dismiss',
  keep: 'Keep it',
  cancel: 'Cancel',
  opening: 'Opening Slipway',

  nav: {
    label: 'Main',
    queue: 'Queue',
    folders: 'Folders',
    accounts: 'Accounts',
    security: 'Security',
    settings: 'Settings',
    accountsList: 'Connected accounts',
    connect: 'Connect account',
    unfinished: (count: number) => `${plural(count, 'post', 'posts')} not finished`,
    blockedFolders: (count: number) => `${plural(count, 'folder needs', 'folders need')} you`,
  },

  sandbox: {
    badge: 'Sandbox',
    hint: 'A practice TikTok on this computer. Nothing reaches the real one.',
    open: 'Open control page',
  },

  notices: {
    label: 'Messages',
    slipway: 'What Slipway does',
    you: 'What you can do',
    unknown: {
      happened: 'Something went wrong inside Slipway.',
      slipway: 'Slipway stopped this step. Your videos and accounts are as they were.',
      you: 'Try again. If it comes back, start Slipway again.',
    },
  },

  standing: {
    label: 'How Slipway stands',
    paused: 'Everything is paused.',
    pausedText: 'Nothing is sent until you resume. What TikTok already has goes on there.',
    offline: 'This computer is offline.',
    offlineText: 'Posts wait and go on by themselves once the network is back.',
    metered: 'This network is metered.',
    meteredText: 'Uploads wait for another network, as you set it.',
    meteredChange: 'Change',
    onlyFor: (name: string) => `${name}:`,
    nextTry: (time: string) => `Next try in ${time}`,
    trying: 'Trying now…',
    others: (count: number) => `${count} more`,
  },

  units: {
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (h: number, m: number) => (m === 0 ? `${h} h` : `${h} h ${m} min`),
    days: (d: number, h: number) =>
      h === 0 ? plural(d, 'day', 'days') : `${plural(d, 'day', 'days')} ${h} h`,
  },

  firstRun,
  setup,
  problems,
  queue,
  states,
  post,
  schedule,
  weekdays,
  composer,
  fit,
  folders,
  accounts,
  connect,
  security,
  settings,
} as const;
