/** The gallery: `?fake=SCENARIO` in a development build shows that state without a backend. */
import { weekdayName } from '../format';
import { setLanguage, t } from '../texts';
import { FakeBackend } from './fakeBackend';
import { NO_WORK } from './fakeBackground';
import { nextSpring } from './planned';
import { PHRASE } from './trail';
import { scenarios } from './scenarios';
import { fakeNotice } from './notices';

/**
 * Installs the fake of the scenario in the address. The parameter `do` may name an action that leads to a
 * further state.
 */
export function installFromAddress(): void {
  const query = new URLSearchParams(location.search);
  const scenario = scenarios[query.get('fake') ?? ''];
  if (!scenario) return;
  const language = query.get('language');
  if (language) setLanguage(language);
  const theme = query.get('theme');
  if (theme) localStorage.setItem('mode-watcher-mode', theme);
  if (location.hash === '') location.hash = scenario.at;
  const preview = new URL('./clip.webm', import.meta.url).href;
  const backend = new FakeBackend({ preview, ...scenario.world() }).install();
  const act = query.get('do');
  if (act) setTimeout(() => void perform(act, backend), 600);
}

/** Work that needs a running Slipway. */
const BUSY = {
  ...NO_WORK,
  scheduled: 2,
  folders: 1,
  next: { fileName: 'harbour.mp4', at: new Date(Date.now() + 8_000_000).toISOString() },
};

/** Fills fields, which it finds by their accessible names. */
function enter(values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) {
    const field = document.querySelector<HTMLInputElement>(`input[aria-label="${name}"]`);
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

async function perform(act: string, backend: FakeBackend): Promise<void> {
  const press = (name: string) =>
    [...document.querySelectorAll('button')]
      .find((button) => (button.ariaLabel ?? button.textContent).trim() === name)
      ?.click();
  switch (act) {
    case 'connect':
      press(t('nav-connect'));
      break;
    case 'connect-failed':
      press(t('nav-connect'));
      setTimeout(
        () =>
          void backend.finishConnect('attempt-1', {
            kind: 'failed',
            notice: fakeNotice({
              code: 'accessDenied',
              happened: 'The sign-in was refused on TikTok’s page.',
              slipway: 'Slipway connected nothing.',
              you: 'Connect again and choose “Authorise”.',
            }),
          }),
        300,
      );
      break;
    case 'connect-two':
      press(t('accounts-reconnect'));
      setTimeout(() => press(t('connecting-hide')), 300);
      setTimeout(() => press(t('nav-connect')), 600);
      break;
    case 'connect-hidden':
      press(t('nav-connect'));
      setTimeout(() => press(t('connecting-hide')), 300);
      break;
    case 'another':
    case 'another-known':
      press(t('accounts-reconnect'));
      setTimeout(
        () =>
          void backend.finishConnect('attempt-1', {
            kind: 'anotherCreator',
            expected: 'نور للسفر',
            agreed: 'Bo Aasen',
            connectedAlready: act === 'another-known',
          }),
        300,
      );
      break;
    case 'phrase':
      press(t('security-phrase-show'));
      break;
    case 'phrase-shown':
      press(t('security-phrase-show'));
      setTimeout(() => press(t('security-phrase-reveal')), 300);
      break;
    case 'change-key':
      press(t('security-change-key-confirm-keyring'));
      press(t('security-change-key-confirm-passphrase'));
      setTimeout(() => document.querySelector<HTMLElement>('[role=dialog] [value=passphrase]')?.click(), 300);
      break;
    case 'diagnostics':
      press(t('security-diagnostics-open'));
      break;
    case 'entry':
      document.querySelector<HTMLElement>('[aria-labelledby=audit-trail] li:nth-child(3) button')?.click();
      document.querySelector('[aria-labelledby=audit-trail]')?.scrollIntoView();
      break;
    case 'down':
      document.querySelector('[aria-labelledby=audit-trail]')?.scrollIntoView();
      break;
    case 'hosted':
      document.querySelector('[aria-labelledby=hosted-page]')?.scrollIntoView();
      break;
    case 'mark':
      press(t('accounts-mark'));
      break;
    case 'restore':
      press(t('problems-ways-restoreKey'));
      setTimeout(() => {
        const field = document.querySelector('textarea');
        if (!field) return;
        field.value = PHRASE.split(' ').slice(0, 17).join(' ');
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, 300);
      break;
    case 'forget':
      press(t('problems-ways-forgetTokens'));
      break;
    case 'drag':
      await backend.dragOver(['/video.mp4']);
      break;
    case 'add-folder':
      press(t('folders-add'));
      break;
    case 'drop-folder':
      backend.failing = {};
      await backend.drop(['/home/mira/Exports']);
      break;
    case 'take-all':
      [...document.querySelectorAll('button')]
        .find((one) =>
          one.textContent.trim().startsWith(t('folders-files-take-all', { count: 0 }).split('0')[0] ?? ''),
        )
        ?.click();
      break;
    case 'remove-folder':
      press(t('folders-remove'));
      break;
    case 'end':
      document.querySelector('main section:last-of-type')?.scrollIntoView({ block: 'end' });
      break;
    case 'middle':
      document.querySelectorAll('main section')[3]?.scrollIntoView();
      break;
    case 'background':
      document.getElementById('background')?.scrollIntoView();
      break;
    case 'pick':
      press(t('queue-add'));
      break;
    case 'history':
      press(t('posts-details'));
      break;
    case 'at':
      press(t('scheduling-choices-at'));
      break;
    case 'slot':
      press(t('scheduling-choices-slot'));
      break;
    case 'skipped':
      press(t('scheduling-choices-at'));
      setTimeout(() => enter({ [t('scheduling-date')]: nextSpring(), [t('scheduling-time')]: '02:30' }), 200);
      break;
    case 'past':
      press(t('scheduling-choices-at'));
      setTimeout(() => enter({ [t('scheduling-date')]: '2020-01-01' }), 200);
      break;
    case 'time':
      press(t('posts-change-time'));
      break;
    case 'others':
      [...document.querySelectorAll('button')]
        .find((one) => one.getAttribute('aria-controls')?.endsWith('-others'))
        ?.click();
      break;
    case 'add-time':
      press(t('accounts-slots-add', { day: weekdayName('wednesday', 'long') }));
      break;
    case 'zone':
      press(t('settings-page-zone-open'));
      break;
    case 'disconnect':
      press(t('accounts-disconnect'));
      break;
    case 'fitting':
      press(t('make-fit-make'));
      setTimeout(() => void backend.fitProgress('harbour', { fraction: 0.43, secondsLeft: 96 }), 300);
      break;
    case 'fit-failed':
      press(t('make-fit-make'));
      setTimeout(
        () =>
          void backend.fitEnded('harbour', {
            kind: 'failed',
            notice: fakeNotice({
              code: 'fit.no_space',
              happened: 'The new file may need 812.4 MB, and only 310.0 MB are free on the disk.',
              slipway: 'Your video and the draft are as they were.',
              you: 'Make room on the disk, then try again.',
            }),
          }),
        300,
      );
      break;
    case 'closing':
    case 'closing-without-tray':
      await backend.background.request({
        kind: 'explainClose',
        workload: BUSY,
        tray: act === 'closing',
      });
      break;
    case 'quitting':
      await backend.background.request({ kind: 'confirmQuit', workload: { ...BUSY, underWay: 1 } });
      break;
    case 'offer':
      press(t('posts-change-time'));
      setTimeout(() => press(t('scheduling-schedule')), 500);
      break;
    case 'toast':
      await backend.move('processing', { kind: 'published' });
  }
}
