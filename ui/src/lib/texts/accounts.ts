/** What is said about accounts and about connecting them. */

export const accounts = {
  title: 'Accounts',
  lead: 'Each account signs in at TikTok, in your browser. Its tokens are encrypted on this computer.',
  emptyTitle: 'No account yet',
  emptyText:
    'Connect a TikTok account to post to it. You agree in your browser; Slipway never sees your password.',
  connectedSince: (date: string) => `Connected ${date}`,
  connected: 'Connected',
  reconnectNeeded: 'Reconnect needed',
  reconnectText: 'TikTok no longer accepts this sign-in. Posts for this account wait until you reconnect.',
  reconnect: 'Reconnect',
  disconnect: 'Disconnect',
  disconnectTitle: (name: string) => `Disconnect ${name}?`,
  disconnectText:
    'Slipway tells TikTok to end the access and deletes the tokens. Posts that are not finished stop. What is published stays on TikTok.',
  disconnectConfirm: 'Disconnect account',
  disconnected: (name: string) => `${name} is disconnected`,
  may: 'May',
  scopes: [
    {
      scope: 'user.info.basic',
      name: 'See name and picture',
      missing: 'Slipway cannot show who this account is.',
    },
    { scope: 'video.publish', name: 'Post directly', missing: 'Videos can only go to the inbox.' },
    { scope: 'video.upload', name: 'Send to inbox', missing: 'Inbox drafts are not possible.' },
  ],
  allowed: 'Allowed',
  notAllowed: 'Not allowed',
  grantAgain: 'Connect the account again and leave every box ticked to change this.',

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
  text: 'Agree on TikTok’s page in your browser. Slipway goes on by itself.',
  expires: (time: string) => `The link works until ${time}.`,
  expired: 'The link has run out. Cancel, then connect again.',
  reopen: 'Open the browser again',
  copy: 'Copy the link',
  copied: 'Link copied',
  connected: (name: string) => `${name} is connected`,
  failedTitle: 'The account was not connected',
} as const;
