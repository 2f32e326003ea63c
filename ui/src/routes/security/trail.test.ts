/** Tests of the audit trail: reading, filtering, verifying and exporting. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AuditEntry, AuditFilter, AuditKind } from '$lib/bindings';
import { AUDIT_GROUPS } from '$lib/auditGroups';
import { line } from '$lib/testing/notices';
import { open } from '$lib/testing/app';
import type { World } from '$lib/testing/fakeBackend';
import { account, notice } from '$lib/testing/fixtures';
import { broken, trail } from '$lib/testing/trail';
import { formatNotice } from '$lib/texts';

const NOW = Date.parse('2026-11-24T10:32:00+01:00');
const region = () => within(screen.getByRole('region', { name: 'Audit trail' }));
// Selected by position: looking up hundreds of roles takes jsdom seconds.
const rows = () => [...document.querySelectorAll('[aria-labelledby=audit-trail] li')];
const entry = (seq: number, some: Partial<AuditEntry> = {}): AuditEntry => ({
  seq,
  at: new Date(NOW - (10 - seq) * 3_600_000).toISOString(),
  kind: 'refreshed',
  accountId: null,
  accountName: null,
  message: line(`Told number ${seq}.`),
  details: {},
  hash: `${seq}`.repeat(64),
  ...some,
});

/** Every kind of entry. The compiler checks that none is missing. */
const KINDS = Object.keys({
  connected: 0,
  reconnected: 0,
  connectRefused: 0,
  refreshed: 0,
  refreshRefused: 0,
  accessRemoved: 0,
  disconnected: 0,
  revoked: 0,
  keyMade: 0,
  keyChanged: 0,
  keyRestored: 0,
  phraseShown: 0,
  tokensForgotten: 0,
  consentGiven: 0,
  directPost: 0,
  inboxDraft: 0,
  settingChanged: 0,
  appChanged: 0,
  restored: 0,
  exported: 0,
} satisfies Record<AuditKind, 0>);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: NOW });
});
afterEach(() => vi.useRealTimers());

async function openTrail(world: World = {}) {
  const opened = await open(world, { page: 'security' });
  await waitFor(() => expect(opened.backend.count('audit')).toBe(1));
  await region().findByRole('status');
  return {
    ...opened,
    filter: () => opened.backend.last('audit')?.filter as AuditFilter,
    select: (name: string) => region().getByRole<HTMLSelectElement>('combobox', { name }),
  };
}

describe('an entry', () => {
  const sample = entry(9, {
    kind: 'consentGiven',
    accountId: 'ada',
    accountName: 'Ada',
    details: { mode: 'direct', privacy: 'SELF_ONLY' },
  });

  test('is listed by day with its account and time', async () => {
    await openTrail({
      accounts: [account('ada', { displayName: 'Ada', label: 'Studio' })],
      trail: [sample, entry(1, { at: '2026-11-23T08:00:00' }), entry(2, { at: '2025-12-31T08:00:00' })],
    });
    const days = region().getAllByRole('heading', { level: 3 });
    expect(days.map(({ textContent }) => textContent)).toEqual([
      'Tuesday 24 November',
      'Monday 23 November',
      'Wednesday, 31 December 2025',
    ]);
    const today = within(region().getByRole('list', { name: 'Tuesday 24 November' }));
    for (const part of ['Told number 9.', 'Studio', 'Ada', '09:32'])
      expect(today.getByText(part)).toBeInTheDocument();
  });

  test('expands to its details and its hash', async () => {
    const { user } = await openTrail({ trail: [sample] });
    expect(region().queryByText('SELF_ONLY')).not.toBeInTheDocument();
    await user.click(region().getByRole('button', { name: /Told number 9/ }));
    for (const part of ['Entry 9', 'privacy', 'SELF_ONLY', sample.hash])
      expect(region().getByText(part)).toBeInTheDocument();
    await user.click(region().getByRole('button', { name: /Told number 9/ }));
    expect(region().queryByText(sample.hash)).not.toBeInTheDocument();
  });

  test.each(KINDS)('of the kind %s belongs to one group', (kind) => {
    const groups = Object.values(AUDIT_GROUPS).filter((kinds) => (kinds as readonly string[]).includes(kind));
    expect(groups).toHaveLength(1);
  });
});

test('a long trail is loaded page by page', async () => {
  const { user, backend } = await openTrail({ trail: trail(230, NOW) });
  const older = () => region().queryByText('Show older entries');
  expect(rows()).toHaveLength(100);
  await user.click(older() as HTMLElement);
  await waitFor(() => expect(rows()).toHaveLength(200));
  expect(backend.last('audit')).toMatchObject({ filter: { before: 131 } });
  await user.click(older() as HTMLElement);
  await waitFor(() => expect(rows()).toHaveLength(230));
  expect(older()).not.toBeInTheDocument();
});

test('an empty trail shows a message', async () => {
  await openTrail({ trail: [] });
  expect(region().getByText('No entries yet')).toBeInTheDocument();
});

describe('the filters', () => {
  test('select by kind, account and days, and can be cleared', async () => {
    const { user, filter, select } = await openTrail({ trail: trail(60, NOW) });
    await user.selectOptions(select('Kind'), 'Key');
    await waitFor(() => expect(filter().kinds).toEqual(AUDIT_GROUPS.key));
    await waitFor(() => expect(region().queryByText(/handed to TikTok/)).not.toBeInTheDocument());
    await user.selectOptions(select('Kind'), 'All kinds');
    // The filter still offers a disconnected account.
    await user.selectOptions(select('Account'), 'Bo Aasen');
    await waitFor(() => expect(filter()).toMatchObject({ kinds: [], accountId: 'gone' }));
    await waitFor(() => expect(rows().every((row) => row.textContent.includes('Bo Aasen'))).toBe(true));
    expect([...select('Account').options].map(({ text }) => text)).toContain('Mira Halvorsen');

    const from = region().getByLabelText('From day');
    await user.type(from, '2026-11-20');
    await user.tab();
    await user.type(region().getByLabelText('To day'), '2026-11-22');
    await user.tab();
    await waitFor(() =>
      expect(filter()).toMatchObject({
        from: '2026-11-19T23:00:00.000Z',
        // The range includes the whole last day.
        to: '2026-11-22T23:00:00.000Z',
      }),
    );
    await user.click(region().getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(filter()).toMatchObject({ accountId: null, from: null, to: null }));
    expect(region().queryByRole('button', { name: 'Clear filters' })).not.toBeInTheDocument();
  });

  test('show a message if no entry matches', async () => {
    const { user, select } = await openTrail({ trail: [entry(1)] });
    await user.selectOptions(select('Kind'), 'Posts and consent');
    expect(await region().findByText('No entry matches these filters.')).toBeInTheDocument();
  });

  test('ignore an older answer', async () => {
    const { user, backend, select } = await openTrail({ trail: trail(30, NOW) });
    const release = backend.hold('audit');
    await user.selectOptions(select('Kind'), 'Accounts');
    await user.selectOptions(select('Kind'), 'Key');
    await waitFor(() => expect(region().queryByText(/was disconnected/)).not.toBeInTheDocument());
    release();
    await new Promise((resolve) => setTimeout(resolve));
    expect(region().queryByText(/was disconnected/)).not.toBeInTheDocument();
    expect(region().getAllByText(/recovery phrase was shown/).length).toBeGreaterThan(0);
  });
});

describe('the trail', () => {
  test('is verified on demand', async () => {
    const { user, backend } = await openTrail({ trail: trail(1204, NOW) });
    expect(region().getByRole('status').textContent).toContain('1,204 entries, verified today at');
    await user.click(region().getByRole('button', { name: 'Verify now' }));
    await waitFor(() =>
      expect(region().getByRole('status').textContent).toContain('1,204 entries, verified today at 10:32'),
    );
    expect(backend.count('verify_audit')).toBe(1);
  });

  test('marks the first broken entry and shows the notice', async () => {
    await openTrail({ trail: trail(60, NOW), broken });
    expect(region().getByRole('status').textContent).toContain('Broken at entry 57 of 60');
    expect(region().getByRole('alert').textContent).toContain(formatNotice(broken.notice).happened);
    expect(region().getByRole('button', { name: /Changed after it was written/ })).toBeInTheDocument();
  });

  test('shows the reason if it cannot be verified', async () => {
    const { user } = await openTrail({ failing: { verify_audit: notice('a', 'The disk does not answer.') } });
    await user.click(region().getByRole('button', { name: 'Verify now' }));
    expect(await screen.findByText('The disk does not answer.')).toBeInTheDocument();
  });
});

describe('an export', () => {
  async function exporting(format: string, world: World = {}) {
    const opened = await openTrail(world);
    return {
      ...opened,
      choose: async () => {
        await opened.user.click(region().getByRole('button', { name: 'Export' }));
        // jsdom has no layout, so a positioned menu counts as hidden.
        await opened.user.click(await screen.findByText(format, { selector: '[role=menuitem] *' }));
      },
    };
  }

  test.each([
    ['CSV', 'csv'],
    ['JSON Lines', 'jsonLines'],
  ])('as %s shows the path of the file', async (name, format) => {
    const { backend, choose } = await exporting(name, { exportPath: '/home/ada/trail' });
    await choose();
    expect(await screen.findByText('Audit trail saved: /home/ada/trail')).toBeInTheDocument();
    expect(backend.last('export_audit')).toMatchObject({ format, filter: { kinds: [], before: null } });
  });

  test('uses the current filters', async () => {
    const { user, backend, select, choose } = await exporting('CSV');
    await user.selectOptions(select('Kind'), 'Key');
    await choose();
    await waitFor(() =>
      expect(backend.last('export_audit')).toMatchObject({ filter: { kinds: AUDIT_GROUPS.key } }),
    );
  });

  test('shows no message if the file dialog is cancelled', async () => {
    const { backend, choose } = await exporting('CSV', { exportPath: null });
    await choose();
    await waitFor(() => expect(backend.count('export_audit')).toBe(1));
    expect(screen.queryByText(/Audit trail saved/)).not.toBeInTheDocument();
  });

  test('shows the reason of a failure', async () => {
    const { choose } = await exporting('CSV', {
      failing: { export_audit: notice('e', 'The disk is full.') },
    });
    await choose();
    expect(await screen.findByText('The disk is full.')).toBeInTheDocument();
  });
});
