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
  test.each(routes)('$page survives its own address', (route) => expect(parse(href(route))).toEqual(route));
  test.each(['', '#', '#/nowhere', '#/compose', '#/compose/'])('"%s" leads to the queue', (fragment) =>
    expect(parse(fragment)).toEqual({ page: 'queue' }),
  );
  test('a part of a folder that there is not shows all of it', () =>
    expect(parse('#/folders/f/nothing')).toEqual({ page: 'folders', id: 'f' }));
  test('a folder to edit that is not named leads to all of them', () =>
    expect(parse('#/edit-folder')).toEqual({ page: 'folders' }));
  test('a broken escape is taken as it stands', () =>
    expect(parse('#/compose/%E0')).toEqual({ page: 'compose', id: '%E0' }));
});
