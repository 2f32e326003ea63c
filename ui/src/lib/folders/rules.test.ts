/** Tests of the rules of watched folders. */
import { describe, expect, test } from 'vitest';
import { account, creator } from '../testing/fixtures';
import { choicesOf, common, folderName, hashtagsIn, newFolder, terms, within } from './rules';

test.each([
  ['/home/mira/Exports', 'Exports'],
  ['/home/mira/Exports/', 'Exports'],
  ['D:\\Videos\\Reels', 'Reels'],
  ['/', '/'],
])('the folder %s is called %s', (path, name) => expect(folderName(path)).toBe(name));

test.each([
  ['/home/mira', '/home/mira/a.mp4'],
  ['/', '/a.mp4'],
  ['D:\\Videos', 'D:\\Videos\\a.mp4'],
])('a file in %s has the path %s', (folder, path) => expect(within(folder, 'a.mp4')).toBe(path));

test.each([
  ['', []],
  ['boats', ['boats']],
  ['#boats #slow', ['boats', 'slow']],
  [' #boats,slow\t##boats ', ['boats', 'slow']],
  ['#boats#slow', ['boats', 'slow']],
  ['#日本 #émigré', ['日本', 'émigré']],
  ['＃東京，大阪；#Boats boats', ['東京', '大阪', 'Boats']],
])('%j contains the hashtags %j', (text, tags) => expect(hashtagsIn(text)).toEqual(tags));

describe('a new folder', () => {
  test('sends nothing without approval', () => expect(newFolder([]).action).toBe('approve'));
  test('preselects the only account', () => expect(newFolder([account('a')]).accounts).toEqual(['a']));
  test('preselects none of several accounts', () =>
    expect(newFolder([account('a'), account('b')]).accounts).toEqual([]));
});

test('missing settings have the defaults of a new folder', () =>
  expect(choicesOf({ action: 'direct' })).toEqual({ ...newFolder([]), action: 'direct' }));

describe('the common options of several creators', () => {
  test('are null without creators', () => expect(common([])).toBeNull());
  test('are those that every creator has', () => {
    const one = creator('a', { maxDurationSec: 600, privacyOptions: ['PUBLIC_TO_EVERYONE', 'SELF_ONLY'] });
    const other = creator('b', {
      maxDurationSec: 60,
      privacyOptions: ['FOLLOWER_OF_CREATOR', 'SELF_ONLY'],
      stitchDisabled: true,
    });
    expect(common([one, other])).toMatchObject({
      maxDurationSec: 60,
      privacyOptions: ['SELF_ONLY'],
      commentDisabled: false,
      stitchDisabled: true,
    });
  });
});

describe('the terms of an agreement', () => {
  const settings = choicesOf({ accounts: ['a', 'b'], action: 'direct' });
  test('ignore the order of accounts and fields', () => {
    const { post, ...rest } = settings;
    const turned = Object.fromEntries(Object.entries(post).reverse()) as typeof post;
    expect(terms({ post: turned, ...rest, accounts: ['b', 'a'] })).toBe(terms(settings));
  });
  test('ignore the action on the file', () =>
    expect(terms({ ...settings, after: 'tag' })).toBe(terms(settings)));
  test.each([
    { accounts: ['a'] },
    { post: { ...settings.post, privacy: 'SELF_ONLY' } },
    { post: { ...settings.post, isAigc: true } },
    { caption: { kind: 'textFile' as const } },
    { hashtags: ['boats'] },
    { when: { kind: 'nextSlot' as const } },
    { subfolders: 'include' as const },
  ])('change with %j', (some) => expect(terms({ ...settings, ...some })).not.toBe(terms(settings)));
});
