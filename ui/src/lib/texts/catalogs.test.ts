/** Tests of the catalogs: complete in every language, without unused messages, and with current types. */
import { describe, expect, test } from 'vitest';

import { messagesOf, typesOfMessages, UNITS } from '../../../messages.mjs';
import types from './messages.ts?raw';

const catalogs = import.meta.glob<string>('../../../locales/**/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const sources = Object.entries(
  import.meta.glob<string>('../../**/*.{ts,svelte}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(
    ([path]) => !path.includes('/testing/') && !path.endsWith('.test.ts') && !path.endsWith('messages.ts'),
  )
  .map(([, text]) => text);

type Found = { language: string; path: string; name: string; names: string[] };

/** Returns every message and attribute of every catalog. */
const all: Found[] = Object.entries(catalogs).flatMap(([path, text]) => {
  const language = /\/locales\/([^/]+)\//.exec(path)?.[1] ?? '';
  return (messagesOf(text) as [string, string[]][]).map(([name, names]) => ({ language, path, name, names }));
});
const languages = [...new Set(all.map(({ language }) => language))];
const english = all.filter(({ language }) => language === 'en');
const ours = english.filter(({ path }) => path.includes('/en/ui/'));

test('the message types are up to date (`npm run messages` writes them)', () => {
  expect(types).toBe(typesOfMessages());
});

describe.each(languages)('the language %s', (language) => {
  const found = all.filter((each) => each.language === language);

  test('has each message once', () => {
    const names = found.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('has the messages of English with the same arguments', () => {
    const shape = (list: Found[]) => list.map(({ name, names }) => `${name}: ${names.join(' ')}`).sort();
    expect(shape(found)).toEqual(shape(english));
  });
});

describe('the messages of the UI', () => {
  /** Texts in quotes, which may be names of messages or codes of notices. */
  const quoted = new Set(
    sources.flatMap((text) => [...text.matchAll(/'([\w.-]+)'/g)].map(([, name]) => name)),
  );
  const named = new Set([...quoted].map((code) => code?.replace(/[._]/g, '-')));
  /** Names built by a template: each inserted part matches any word. */
  const made = sources.flatMap((text) => [
    ...[...text.matchAll(/\bt\(\s*`([^`]+)`/g)].map(
      ([, name = '']) => new RegExp(`^${name.replace('.', '\\.').replace(/\$\{[^}]+\}/g, '[\\w-]+')}$`),
    ),
    ...[...text.matchAll(/\bknown\('([\w-]+)'/g)].map(([, prefix = '']) => new RegExp(`^${prefix}-[\\w-]+$`)),
  ]);

  test('are all used', () => {
    const unused = ours.filter(({ name }) => {
      const [id = '', part] = name.split('.');
      // The code of a notice uses its three parts.
      const notice = part === 'happened' || part === 'slipway' || part === 'you';
      return !(quoted.has(name) || (notice && named.has(id)) || made.some((each) => each.test(name)));
    });
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  test('exist where they are used', () => {
    const units = english.filter(({ path }) => path.endsWith(`/en/${UNITS}`));
    const names = new Set([...ours, ...units].map(({ name }) => name));
    const used = sources.flatMap((text) => [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, name]) => name));
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((name) => !names.has(name ?? ''))).toEqual([]);
    const lists = made.filter((each) => ![...names].some((name) => each.test(name)));
    expect(lists).toEqual([]);
  });
});
