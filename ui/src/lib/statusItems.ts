/** The lines of the status bar, most important first. */
import { nameOf } from './accountName';
import type { Account, Post, AppStatus } from './bindings';
import { formatNotice, t } from './texts';

export type StatusItem = { key: string; happened: string; text: string } & (
  | { kind: 'notice'; code: string }
  | { kind: 'paused' }
  | { kind: 'offline' }
  | { kind: 'service'; account: string | null; trying: boolean; nextTry: string }
  | { kind: 'metered' }
);

/**
 * Returns the lines for a status. Notices come first, because the creator reads and dismisses them. Lines that
 * stop all posts follow, then those that stop some posts.
 */
export function statusItems(status: AppStatus, accounts: Account[], posts: Post[]): StatusItem[] {
  const found: StatusItem[] = status.notices.map((notice) => {
    const { happened, slipway, you } = formatNotice(notice);
    const { code } = notice;
    const text = [slipway, you].filter(Boolean).join(' ');
    return { kind: 'notice', key: `notice ${code}`, code, happened, text };
  });
  if (status.paused) {
    found.push({
      kind: 'paused',
      key: 'paused',
      happened: t('status-paused'),
      text: t('status-paused-text'),
    });
  }
  if (status.network === 'offline') {
    found.push({
      kind: 'offline',
      key: 'offline',
      happened: t('status-offline'),
      text: t('status-offline-text'),
    });
  }
  // Lines about all accounts come before those about one.
  const services = [...status.services].sort(
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
      happened: formatNotice(notice).happened,
      text: '',
    });
  }
  // Shown only while a post waits for it.
  if (posts.some(({ state }) => state.kind === 'waiting' && state.reason === 'metered')) {
    found.push({
      kind: 'metered',
      key: 'metered',
      happened: t('status-metered'),
      text: t('status-metered-text'),
    });
  }
  return found;
}
