/** The display name of an account, and the test that it needs its creator. */
import type { Account } from './bindings';
import { t } from './texts';

/** Returns the name of an account in one line: the creator's label, if any, and TikTok's nickname. */
export function nameOf(account: Pick<Account, 'label' | 'displayName'>): string {
  return account.label === null
    ? account.displayName
    : t('accounts-labelled', { label: account.label, name: account.displayName });
}

/** Returns `true` for an account that the creator must reconnect now or soon. */
export function needsCreator(account: Account): boolean {
  return account.state === 'reconnectNeeded' || account.ending !== null;
}
