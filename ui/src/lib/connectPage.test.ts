/**
 * Tests of the static page that creators host for TikTok apps of the web platform: docs/connect/index.html.
 */
// @ts-expect-error: the package has no types.
import { JSDOM, VirtualConsole } from 'jsdom';
import { expect, test } from 'vitest';
import page from '../../../docs/connect/index.html?raw';

const ADDRESS = 'https://ada.example/slipway/';

/** Loads the page with a query. Returns the links that it opened, its address and its visible sections. */
function visit(tail: string) {
  const opened: string[] = [];
  const { window } = new JSDOM(page, {
    url: ADDRESS + tail,
    runScripts: 'dangerously',
    virtualConsole: new VirtualConsole(),
    beforeParse(view: Window) {
      view.addEventListener('click', (event) => {
        opened.push((event.target as HTMLAnchorElement).href);
        event.preventDefault();
      });
    },
  });
  const document: Document = window.document;
  const section = (id: string) => document.getElementById(id) as HTMLElement;
  return {
    opened,
    button: document.querySelector<HTMLAnchorElement>('#open')?.href,
    address: String(window.location.href),
    answer: !section('answer').hidden,
    nothing: !section('nothing').hidden,
  };
}

async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

test('a sign-in answer opens Slipway with the same parameters', () => {
  const visited = visit('?code=a%2Bb%252F*1!2&scopes=video.upload%2Cuser.info.basic&state=s-t_1');
  expect(visited.opened).toHaveLength(1);
  const [link] = visited.opened;
  expect(link).toMatch(/^slipway:\/\/oauth\/callback\?[\x21-\x7e]+$/);
  expect(Object.fromEntries(new URLSearchParams(link?.split('?')[1]))).toEqual({
    code: 'a+b%2F*1!2',
    scopes: 'video.upload,user.info.basic',
    state: 's-t_1',
  });
  expect(visited.button).toBe(link);
  expect([visited.answer, visited.nothing]).toEqual([true, false]);
});

test('a refusal opens Slipway with its reason', () => {
  const { opened } = visit('?error=access_denied&error_description=No%20way&error_type=x&state=s');
  expect(opened).toEqual([
    'slipway://oauth/callback?state=s&error=access_denied&error_description=No+way&error_type=x',
  ]);
});

test('the query and the fragment are removed from the address', () => {
  for (const tail of ['?code=c&state=s', '?error=e', '?x=secret', '?code=c&state=s#code=d', '#code=d']) {
    expect(visit(tail).address, tail).toBe(ADDRESS);
  }
});

test('incomplete or ambiguous answers do not open Slipway', () => {
  for (const tail of [
    '',
    '?',
    '?code=c',
    '?state=s',
    '?code=&state=s',
    '?error=&state=s',
    '?code=c&code=d&state=s',
    '?code=c&state=s&state=t',
    '#code=c&state=s',
    '?x=code%3Dc%26state%3Ds',
    `?code=${'c'.repeat(5000)}&state=s`,
  ]) {
    const visited = visit(tail);
    expect(visited.opened, tail).toEqual([]);
    expect(visited.button, tail).toBe('slipway://open');
    expect([visited.answer, visited.nothing], tail).toEqual([false, true]);
  }
});

test('unknown parameters are dropped and markup stays encoded', () => {
  const { opened } = visit('?code=c&state=s&next=https://evil.example&x=%22%3E%3Cscript%3E');
  expect(opened).toEqual(['slipway://oauth/callback?code=c&state=s']);
  const [link] = visit('?code=%22%3E%3Cb%3E%0A%23&state=s').opened;
  expect(link).toBe('slipway://oauth/callback?code=%22%3E%3Cb%3E%0A%23&state=s');
});

test('the content security policy allows only the inline script and style', async () => {
  const document = new DOMParser().parseFromString(page, 'text/html');
  const policy = document
    .querySelector('meta[http-equiv="Content-Security-Policy"]')
    ?.getAttribute('content');
  const rules = new Map(
    (policy ?? '').split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]),
  );
  const styles = [...document.querySelectorAll('style')];
  const scripts = [...document.querySelectorAll('script')];
  expect([styles.length, scripts.length]).toEqual([1, 1]);
  expect(rules.get('default-src')).toEqual(["'none'"]);
  expect(rules.get('style-src')).toEqual([`'sha256-${await hash(styles[0]?.textContent ?? '')}'`]);
  expect(rules.get('script-src')).toEqual([`'sha256-${await hash(scripts[0]?.textContent ?? '')}'`]);
  expect(rules.get('base-uri')).toEqual(["'none'"]);
  expect(document.querySelectorAll('[src], link, [style], img, iframe, form')).toHaveLength(0);
  expect(page).not.toMatch(/https?:\/\//);
});
