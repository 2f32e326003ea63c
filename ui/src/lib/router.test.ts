/** Addresses and the pages that they name. */
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
  ];
  test.each(routes)('$page survives its own address', (route) => expect(parse(href(route))).toEqual(route));
  test.each(['', '#', '#/nowhere', '#/compose', '#/compose/'])('"%s" leads to the queue', (fragment) =>
    expect(parse(fragment)).toEqual({ page: 'queue' }),
  );
  test('a broken escape is taken as it stands', () =>
    expect(parse('#/compose/%E0')).toEqual({ page: 'compose', id: '%E0' }));
});
