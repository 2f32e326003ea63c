/** What accounts are called, and whether they need their creator. */
import type { Account } from './bindings';
import { t } from './texts';

/** What an account goes by in one line: the creator's label for it, if there is one, and TikTok's nickname. */
export function nameOf(account: Pick<Account, 'label' | 'displayName'>): string {
  return account.label === null
    ? account.displayName
    : t('accounts-labelled', { label: account.label, name: account.displayName });
}

/** Whether an account waits for its creator: to connect it again, now or soon. */
export function needsCreator(account: Account): boolean {
  return account.state === 'reconnectNeeded' || account.ending !== null;
}
