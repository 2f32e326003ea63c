/** Tests of the conversion between addresses and pages. */
import { describe, expect, test } from 'vitest';
import { href, parse, type Route } from './router.svelte';

describe('routes', () => {
  const routes: Route[] = [
    { page: 'queue' },
    { page: 'accounts' },
    { page: 'security' },
    { page: 'settings' },
    { page: 'setup' },
    { page: 'compose', id: 'a/b c%#ü' },
    { page: 'folders' },
    { page: 'folders', id: 'a/b c%#ü' },
    { page: 'folders', id: 'f', show: 'skipped' },
    { page: 'add-folder' },
    { page: 'edit-folder', id: 'f' },
  ];
  test.each(routes)('$page is parsed from its own address', (route) =>
    expect(parse(href(route))).toEqual(route),
  );
  test.each(['', '#', '#/nowhere', '#/compose', '#/compose/'])('"%s" leads to the queue', (fragment) =>
    expect(parse(fragment)).toEqual({ page: 'queue' }),
  );
  test('an unknown filter of a folder shows all files', () =>
    expect(parse('#/folders/f/nothing')).toEqual({ page: 'folders', id: 'f' }));
  test('editing without a folder id leads to the folder list', () =>
    expect(parse('#/edit-folder')).toEqual({ page: 'folders' }));
  test('an invalid escape sequence is kept as text', () =>
    expect(parse('#/compose/%E0')).toEqual({ page: 'compose', id: '%E0' }));
});
