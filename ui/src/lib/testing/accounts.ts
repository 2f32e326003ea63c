/** Sample accounts in every state, for the gallery and the tests. */
import type { Account, Notice } from '../bindings';
import { account } from './fixtures';
import { fakeNotice } from './notices';

const DAY = 86_400_000;

/** The backend's texts for each reason to reconnect an account. */
const REASONS = {
  refused: fakeNotice({
    code: 'account.refused',
    happened: 'TikTok no longer accepts this account’s sign-in.',
    slipway: 'Posts for this account wait and continue automatically afterwards.',
    you: 'Connect the account again.',
  }),
  removed: fakeNotice({
    code: 'account.removed',
    happened: 'The access was taken back in the TikTok app.',
    slipway: 'Posts for this account wait and continue automatically afterwards.',
    you: 'Connect the account again if that was a mistake, or disconnect it.',
  }),
} satisfies Record<string, Notice>;

export const mira = account('mira', { displayName: 'Mira Halvorsen', username: 'mira.makes' });
export const studio: Account = { ...mira, label: 'Studio', colour: 'teal' };
export const tomo = account('tomo', {
  displayName: 'トモの台所 🍜',
  username: 'tomo_kitchen',
  scopes: ['user.info.basic', 'video.upload'],
});
export const noor = account('noor', {
  displayName: 'نور للسفر',
  username: 'noor.travels',
  state: 'reconnectNeeded',
  reconnect: REASONS.refused,
});
export const bo = account('bo', { displayName: 'Bo Aasen', username: 'bo.sails' });
/** The other creator who signs in. */
export const other = bo;

/** Returns an account that the creator must reconnect. */
export function ended(reason: keyof typeof REASONS): Account {
  return { ...noor, reconnect: REASONS[reason], label: 'Travel', colour: 'violet' };
}

/** Returns an account whose sign-in expires in some days. */
export function endsIn(id: string, days: number): Account {
  const at = new Date(Date.now() + days * DAY).toISOString();
  return account(id, {
    displayName: id === 'ola' ? 'Ola Nordmann' : 'Siv på hytta',
    endsAt: at,
    ending: fakeNotice({
      code: days > 3 ? 'account.ends_in_14' : 'account.ends_in_3',
      happened: `TikTok lets this sign-in end in ${days} days.`,
      slipway: 'Slipway keeps posting until then.',
      you: 'Connect the account again before, and nothing has to wait.',
    }),
  });
}

/** More accounts than fit on a screen. */
export function crowd(): Account[] {
  const colours = ['red', 'orange', 'yellow', 'green', 'teal', 'blue', 'violet', 'pink'] as const;
  const more = Array.from({ length: 10 }, (_, index) =>
    account(`shop-${index}`, {
      displayName: `Keramikk ${['Oslo', 'Bergen', 'Bodø', 'Tromsø', 'Molde'][index % 5]} ${index + 1}`,
      username: `keramikk.${index + 1}`,
      label: index % 3 === 0 ? `Shop ${index + 1}` : null,
      colour: colours[index % colours.length] ?? null,
    }),
  );
  return [studio, tomo, ended('removed'), endsIn('siv', 2), ...more];
}
