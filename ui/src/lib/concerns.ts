/** What concerns Slipway as a whole, the most important first. */
import { nameOf } from './accountName';
import type { Account, Post, Standing } from './bindings';
import { texts } from './texts';

export type Concern = { key: string; happened: string; text: string } & (
  | { kind: 'notice'; code: string }
  | { kind: 'paused' }
  | { kind: 'offline' }
  | { kind: 'service'; account: string | null; trying: boolean; nextTry: string }
  | { kind: 'metered' }
);

/**
 * The concerns in a standing. Notices come first, as they are read once and dismissed; then what stops everything,
 * what stops some, and what the creator asked for.
 */
export function concernsOf(standing: Standing, accounts: Account[], posts: Post[]): Concern[] {
  const words = texts.standing;
  const found: Concern[] = standing.notices.map(({ code, happened, slipway, you }) => ({
    kind: 'notice',
    key: `notice ${code}`,
    code,
    happened,
    text: [slipway, you].filter(Boolean).join(' '),
  }));
  if (standing.paused) {
    found.push({ kind: 'paused', key: 'paused', happened: words.paused, text: words.pausedText });
  }
  if (standing.network === 'offline') {
    found.push({ kind: 'offline', key: 'offline', happened: words.offline, text: words.offlineText });
  }
  // Those that concern every account come before those of one.
  const services = [...standing.services].sort(
    (a, b) => Number(a.accountId !== null) - Number(b.accountId !== null),
  );
  for (const { host, accountId, trying, nextTry, notice } of services) {
    const account = accounts.find(({ id }) => id === accountId);
    found.push({
      kind: 'service',
      key: `service ${host} ${accountId ?? ''}`,
      account: account ? nameOf(account) : null,
      trying,
      nextTry,
      happened: notice.happened,
      text: '',
    });
  }
  // Only worth a word while something waits for it.
  if (posts.some(({ state }) => state.kind === 'waiting' && state.reason === 'metered')) {
    found.push({ kind: 'metered', key: 'metered', happened: words.metered, text: words.meteredText });
  }
  return found;
}
