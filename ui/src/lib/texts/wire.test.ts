/** Tests of the texts for the backend's codes, and of the pseudo-language. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Argument } from '../bindings';
import { place } from '../place.svelte';
import { addCatalog, formatMessage, formatNotice, PSEUDO_LANGUAGE, setLanguage, t } from '.';

beforeAll(() =>
  addCatalog(`
example-plain = Added to the queue
example-value = [{ $value }]
example-posts =
    { $count ->
        [one] { $count } post
       *[other] { $count } posts
    }
example-full =
    .happened = The disk is full.
    .you = Free { $size }.
oracle-other =
    .happened = The oracle said “{ $code }”.
`),
);
afterEach(() => {
  setLanguage('en');
  place.zone = undefined;
});

const value = (argument: Argument) => formatMessage({ code: 'example.value', args: { value: argument } });

describe('an argument', () => {
  test.each<[Argument, string]>([
    [{ kind: 'text', value: 'a {b}.mp4' }, '[a {b}.mp4]'],
    [{ kind: 'number', value: 12_000 }, '[12,000]'],
    [{ kind: 'bytes', value: 5_368_709_120 }, '[5.37\u00A0GB]'],
    [{ kind: 'seconds', value: 5400 }, '[1\u00A0h 30\u00A0min]'],
    [{ kind: 'hundredths', value: 2997 }, '[29.97]'],
    [{ kind: 'hundredths', value: 3000 }, '[30]'],
    [{ kind: 'milliseconds', value: 2900 }, '[2.9\u00A0s]'],
    [{ kind: 'milliseconds', value: 600_000 }, '[10\u00A0min]'],
    [{ kind: 'milliseconds', value: 600_001 }, '[10\u00A0min 0.1\u00A0s]'],
    [{ kind: 'moment', value: '2026-11-27T23:00:00Z' }, '[28 November 2026 at 00:00]'],
    [{ kind: 'moment', value: 'soon' }, '[soon]'],
    [{ kind: 'list', value: ['Ada', 'Bo', 'Cy'] }, '[Ada, Bo and Cy]'],
    [{ kind: 'message', value: { code: 'example.plain', args: {} } }, '[Added to the queue]'],
    [{ kind: 'notice', value: { code: 'example.full', args: {} } }, '[The disk is full.]'],
  ])('%j is inserted as %s', (argument, text) => {
    place.zone = 'Europe/Vienna';
    expect(value(argument)).toBe(text);
  });

  test.each([
    [1, '1 post'],
    [2, '2 posts'],
  ])('%d follows the plural rules', (count, text) =>
    expect(formatMessage({ code: 'example.posts', args: { count: { kind: 'number', value: count } } })).toBe(
      text,
    ),
  );
});

describe('a notice', () => {
  test('has three parts, and an absent part is empty', () =>
    expect(formatNotice({ code: 'example.full', args: { size: { kind: 'bytes', value: 2e9 } } })).toEqual({
      happened: 'The disk is full.',
      slipway: '',
      you: 'Free 2\u00A0GB.',
    }));

  test('uses the text of its family for an unknown code', () =>
    expect(formatNotice({ code: 'oracle.brand_new', args: {} }).happened).toBe(
      'The oracle said “oracle.brand_new”.',
    ));

  test('uses a fallback text for an unknown family', () => {
    const { happened, you } = formatNotice({ code: 'nowhere.to_be_found', args: {} });
    expect(happened).not.toBe('');
    expect(happened).not.toContain('$');
    expect(you).not.toContain('$');
  });
});

describe('the pseudo-language', () => {
  test('transforms texts and keeps arguments', () => {
    setLanguage(PSEUDO_LANGUAGE);
    expect(document.documentElement).toHaveAttribute('lang', 'en-XA');
    expect(t('nav-queue')).toBe('⟦Ǫûûééûûéé⟧');
    expect(formatNotice({ code: 'example.full', args: { size: { kind: 'text', value: 'room' } } }).you).toBe(
      '⟦Ƒŕéééé ⟧room⟦.⟧',
    );
  });

  test('makes texts about a third longer', () => {
    const plain = t('composer-inbox-loss');
    setLanguage(PSEUDO_LANGUAGE);
    const ratio = t('composer-inbox-loss').length / plain.length;
    expect(ratio).toBeGreaterThan(1.25);
    expect(ratio).toBeLessThan(1.5);
  });
});

test('an unknown language is English', () => {
  setLanguage('tlh');
  expect(t('nav-queue')).toBe('Queue');
  expect(document.documentElement).toHaveAttribute('lang', 'en');
});
