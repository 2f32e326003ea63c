/** What is said about accounts and about connecting them. */

import type { AccountColour } from '../bindings';
import { plural } from './plural';

export const accounts = {
  /** A label and the nickname that belongs to it. */
  labelled: (label: string, name: string) => `${label} · ${name}`,
  title: 'Accounts',
  lead: 'Each account signs in at TikTok, in your browser. Its tokens are encrypted on this computer.',
  emptyTitle: 'No account yet',
  emptyText:
    'Connect a TikTok account to post to it. You agree in your browser; Slipway never sees your password.',
  connectedSince: (date: string) => `Connected ${date}`,
  connected: 'Connected',
  reconnectNeeded: 'Reconnect needed',
  ending: 'Ends soon',
  reconnect: 'Reconnect',
  reconnectNow: 'Reconnect now',
  grantMore: 'Grant more',
  lasts: (date: string) => `The sign-in lasts until ${date}, unless it is renewed before.`,
  details: 'Details',

  find: 'Find an account',
  needYou: (count: number) => `Needs you: ${count}`,
  noneFound: 'No account is called that.',

  mark: 'Label and colour',
  label: 'Label',
  labelHint: 'Only you see it, beside the nickname. At most 40 characters.',
  colour: 'Colour',
  noColour: 'No colour',
  colours: {
    red: 'Red',
    orange: 'Orange',
    yellow: 'Yellow',
    green: 'Green',
    teal: 'Teal',
    blue: 'Blue',
    violet: 'Violet',
    pink: 'Pink',
  } satisfies Record<AccountColour, string>,
  save: 'Save',

  disconnect: 'Disconnect',
  disconnectTitle: (name: string) => `Disconnect ${name}?`,
  disconnectText:
    'Slipway deletes the tokens from this computer and tells TikTok to end the access. Without a connection the tokens go all the same, and TikTok is told once it can be reached.',
  disconnectPosts: (count: number) =>
    count === 0
      ? 'No unfinished post is meant for this account. What is published stays on TikTok.'
      : `${plural(count, 'unfinished post is', 'unfinished posts are')} meant for this account. What has not begun becomes a draft again, and what is being uploaded stops. What is published stays on TikTok.`,
  disconnectConfirm: 'Disconnect account',
  disconnected: (name: string) => `${name} is disconnected`,

  revocations: 'Still to be told to TikTok',
  revocation: (name: string) => `${name}: TikTok will be told as soon as it can be reached.`,
  revocationSince: (date: string) => `Disconnected here on ${date}`,

  may: 'May',
  /** What each scope allows, in the order in which it is told. */
  scopes: [
    ['user.info.basic', 'See name and picture'],
    ['video.publish', 'Post directly'],
    ['video.upload', 'Send to inbox'],
  ],
  allowed: 'Allowed',
  notAllowed: 'Not allowed',

  slots: {
    title: 'Weekly slots',
    text: (zone: string) => `Times at which this account likes to post, in ${zone} time.`,
    empty: 'No slots yet. “Next free slot” fills them one after the other.',
    add: (day: string) => `Add a time on ${day}`,
    remove: (day: string, time: string) => `Remove ${day} ${time}`,
    time: (day: string) => `Time on ${day}`,
    save: 'Add',
  },
} as const;

export const connect = {
  title: 'Waiting for your browser',
  texts: {
    new: () => 'Agree on TikTok’s page in your browser. Slipway goes on by itself.',
    reconnect: (name: string) =>
      `Agree on TikTok’s page in your browser, signed in there as ${name}. Slipway goes on by itself.`,
    grantMore: (name: string) =>
      `Leave every box ticked on TikTok’s page in your browser, signed in there as ${name}. Slipway goes on by itself.`,
  },
  several: 'Agree on TikTok’s pages in your browser, in any order. Slipway goes on by itself.',
  purposes: {
    new: () => 'Another account',
    reconnect: (name: string) => `Again as ${name}`,
    grantMore: (name: string) => `More for ${name}`,
  },
  expires: (time: string) => `The link works until ${time}.`,
  expired: 'The link has run out. Cancel, then connect again.',
  reopen: 'Open the browser again',
  copy: 'Copy the link',
  copied: 'Link copied',
  connected: (name: string) => `${name} is connected`,
  failedTitle: 'The account was not connected',
  hide: 'Go on meanwhile',
  tryAgain: 'Try again',
  waiting: (count: number) => (count === 1 ? 'Waiting for your browser' : `Waiting for ${count} pages`),
  other: {
    title: (agreed: string) => `You agreed as ${agreed}`,
    text: (agreed: string, expected: string) =>
      `This is ${expected}’s account, and TikTok’s page was answered by ${agreed}. Nothing has changed so far.`,
    retry: (expected: string) => `Try again as ${expected}`,
    retryText: (expected: string) =>
      `Sign in as ${expected} on TikTok’s page in your browser first: it takes whoever is signed in there.`,
    add: (agreed: string) => `Add ${agreed} as another account`,
    addText: (expected: string) => `Both are then in Slipway. ${expected} stays as it is.`,
    renew: (agreed: string) => `Renew ${agreed}`,
    renewText: (agreed: string, expected: string) =>
      `${agreed} is connected already and gets a fresh sign-in. ${expected} stays as it is.`,
  },
} as const;
