/** Tests of TikTok's rules for the posting page. */
import { describe, expect, test } from 'vitest';
import type { Creator, PostSettings } from '../bindings';
import { account, creator as creatorOf, notice, post, settings as plain } from '../testing/fixtures';
import { t } from '../texts';
import { allowed, blockers, captionOver, commercialLabel, privacyName, tooLong, type Draft } from './rules';

const ready: PostSettings = { ...plain, accountId: 'a', privacy: 'PUBLIC_TO_EVERYONE' };

function draft(
  some: Partial<PostSettings> = {},
  creator: Partial<Creator> = {},
  rest: Partial<Draft> = {},
): Draft {
  return {
    post: post('p'),
    settings: { ...ready, ...some },
    account: account('a'),
    answer: { kind: 'known', creator: creatorOf('a', creator) },
    ...rest,
  };
}

describe('the blockers of a direct post', () => {
  test('none once the audience is chosen', () => expect(blockers(draft())).toEqual([]));
  test('no account', () =>
    expect(blockers(draft({}, {}, { account: null }))).toEqual([t('composer-blockers-account')]));
  test('no audience', () =>
    expect(blockers(draft({ privacy: null }))).toEqual([t('composer-blockers-privacy')]));
  test('an audience that is not offered', () =>
    expect(blockers(draft({ privacy: 'FOLLOWER_OF_CREATOR' }))).toEqual([t('composer-blockers-privacy')]));
  test('disclosure without a brand', () =>
    expect(blockers(draft({ disclosesCommercial: true }))).toEqual([t('composer-indicate')]));
  test('branded content for only me', () =>
    expect(blockers(draft({ disclosesCommercial: true, brandContent: true, privacy: 'SELF_ONLY' }))).toEqual([
      t('composer-branded-not-private'),
    ]));
  test('a brand option counts only while the disclosure is on', () =>
    expect(blockers(draft({ brandContent: true, privacy: 'SELF_ONLY' }))).toEqual([]));
  test('a creator who cannot post now', () =>
    expect(blockers(draft({}, { cannotPost: notice('cap') }))).toEqual([t('composer-blockers-cannot-post')]));
  test('a video that is too long for this creator', () =>
    expect(blockers(draft({}, { maxDurationSec: 41 }))).toEqual([t('composer-blockers-duration')]));
  test('an answer from TikTok that is loading', () =>
    expect(blockers(draft({}, {}, { answer: { kind: 'loading' } }))).toEqual([
      t('composer-blockers-loading'),
    ]));
  test('a failed query for the creator', () =>
    expect(blockers(draft({}, {}, { answer: { kind: 'failed', notice: notice('x') } }))).toEqual([
      t('composer-blockers-unknown-creator'),
    ]));
  test('a missing scope', () =>
    expect(blockers(draft({}, {}, { account: account('a', { canDirectPost: false }) }))).toEqual([
      t('composer-blockers-direct'),
    ]));
  test('an account to reconnect', () =>
    expect(blockers(draft({}, {}, { account: account('a', { state: 'reconnectNeeded' }) }))).toEqual([
      t('composer-blockers-reconnect'),
    ]));
  test('a caption over the limit', () =>
    expect(blockers(draft({ caption: 'a'.repeat(2201) }))).toEqual([t('composer-blockers-caption')]));
  test('a finding that blocks, but not one that warns', () => {
    const of = (severity: 'blocks' | 'warns') =>
      blockers(
        draft({}, {}, { post: post('p', { findings: [{ rule: 'codec', severity, notice: notice('f') }] }) }),
      );
    expect(of('blocks')).toEqual([t('composer-blockers-file')]);
    expect(of('warns')).toEqual([]);
  });
});

describe('the blockers of an inbox draft', () => {
  const inbox = (some: Partial<Draft> = {}) =>
    blockers(draft({ mode: 'inbox', privacy: null }, {}, { answer: { kind: 'none' }, ...some }));

  test('neither the audience nor the duration', () => {
    expect(inbox()).toEqual([]);
    expect(inbox({ post: post('p', { media: { durationMs: 900_000 } }) })).toEqual([]);
  });
  test('a missing scope', () =>
    expect(inbox({ account: account('a', { canInbox: false }) })).toEqual([t('composer-blockers-inbox')]));
});

describe('the caption limit', () => {
  test('counts UTF-16 units: a family emoji is eleven', () => {
    expect('👨‍👩‍👧‍👦'.length).toBe(11);
    expect(captionOver('👨‍👩‍👧‍👦'.repeat(200))).toBe(0);
    expect(captionOver(`${'👨‍👩‍👧‍👦'.repeat(200)}a`)).toBe(1);
  });
});

describe('the maximum duration of a creator', () => {
  const of = (durationMs: number) =>
    tooLong(post('p', { media: { durationMs } }), creatorOf('a', { maxDurationSec: 60 }));

  test('allows a video of exactly that duration', () => expect(of(60_000)).toBeNull());
  test('refuses a video that is one millisecond longer', () =>
    expect(of(60_001)?.args.length).toEqual({ kind: 'text', value: '1:01' }));
});

describe('labels', () => {
  test.each([
    [{}, null],
    [{ disclosesCommercial: true }, null],
    [{ brandOrganic: true }, null],
    [{ disclosesCommercial: true, brandOrganic: true }, 'promotional'],
    [{ disclosesCommercial: true, brandContent: true }, 'partnership'],
    [{ disclosesCommercial: true, brandOrganic: true, brandContent: true }, 'partnership'],
  ] as const)('%j gives %s', (some, label) => expect(commercialLabel({ ...plain, ...some })).toBe(label));
});

test('known audiences have a label, unknown ones show TikTok’s word', () => {
  expect(privacyName('MUTUAL_FOLLOW_FRIENDS')).toBe('Friends');
  expect(privacyName('CLOSE_FRIENDS_2027')).toBe('CLOSE_FRIENDS_2027');
});

test('choices that the creator no longer has are removed', () => {
  const chosen = { ...ready, allowComment: true, allowDuet: true, allowStitch: true };
  const left = allowed(
    chosen,
    creatorOf('a', { privacyOptions: ['SELF_ONLY'], duetDisabled: true, stitchDisabled: true }),
  );
  expect(left).toEqual({ ...chosen, privacy: null, allowDuet: false, allowStitch: false });
});
