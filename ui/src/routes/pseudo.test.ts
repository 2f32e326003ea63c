/**
 * Tests of every page and state of the gallery in the pseudo-language: a text outside the catalogs stays
 * plain English.
 */
import { afterEach, expect, test } from 'vitest';
import { parse } from '$lib/router.svelte';
import { open } from '$lib/testing/app';
import { scenarios } from '$lib/testing/scenarios';
import { PSEUDO_LANGUAGE, setLanguage, t } from '$lib/texts';

const ATTRIBUTES = ['aria-label', 'aria-valuetext', 'aria-roledescription', 'title', 'placeholder', 'alt'];
const WORD = /\p{L}{2,}/u;

afterEach(() => setLanguage('en'));

/** The words in the locale's dates and lists. */
function localeWords(): string[] {
  const days = Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)));
  return [
    { month: 'long', weekday: 'long' } as const,
    { month: 'short', weekday: 'short' } as const,
    { dateStyle: 'long', timeStyle: 'short' } as const,
  ]
    .flatMap((options) => days.map((each) => new Intl.DateTimeFormat('en-GB', options).format(each)))
    .concat(new Intl.ListFormat('en-GB').format(['', '', '']))
    .flatMap((text) => text.split(/[^\p{L}]+/u));
}

/** Returns every string in the backend's answers, and the parts of names, paths and zones. */
function dataOf(value: unknown): string[] {
  if (typeof value === 'string')
    return [value, ...value.split(/[/\\]/), value.replace(/^.*\//, '').replaceAll('_', ' ')];
  if (Array.isArray(value)) return value.flatMap(dataOf);
  if (typeof value !== 'object' || value === null) return [];
  // A short field name may also be part of a word.
  return Object.entries(value).flatMap(([key, each]) => [...(key.length > 3 ? [key] : []), ...dataOf(each)]);
}

/** Returns every visible or announced text on the page, without code. */
function textsOnPage(): string[] {
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement?.closest('script, style, pre, code')) found.push(node.textContent ?? '');
  }
  for (const element of document.body.querySelectorAll('*')) {
    for (const name of ATTRIBUTES) found.push(element.getAttribute(name) ?? '');
  }
  return found;
}

/** Returns the plain words of a text that come neither from the catalogs nor from data. */
function plainWords(text: string, data: string[]): string {
  // Placeholders of a template, such as `{name}`, and key names are not words.
  let left = text.replace(/⟦[^⟧]*⟧/g, '\n').replace(/\{\w+\}|\balt\+T\b/g, '\n');
  for (const value of data) left = left.replaceAll(value, '\n');
  const words = left.split(/[^\p{L}]+/u).filter((word) => WORD.test(word) && !LOCALE_WORDS.has(word));
  return words.join(' ');
}

const LOCALE_WORDS = new Set(localeWords());

test.each(Object.entries(scenarios))('%s has no plain English', async (_name, { at, world }) => {
  setLanguage(PSEUDO_LANGUAGE);
  const { backend } = await open(world(), parse(at));
  const data = [...new Set(dataOf(backend.answers))]
    .filter((value) => value.trim().length > 1)
    .sort((a, b) => b.length - a.length);
  const plain = textsOnPage()
    .map((text) => plainWords(text, data))
    .filter((words) => words !== '');
  expect(plain).toEqual([]);
  expect(document.body.textContent).toContain('⟦');
});

test('the search finds a plain word', () => {
  setLanguage(PSEUDO_LANGUAGE);
  expect(plainWords(`${t('nav-queue')} of Ada`, ['Ada'])).toBe('of');
});
