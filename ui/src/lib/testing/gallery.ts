/** The gallery: `?fake=SCENARIO` in a development build shows that state without a backend. */
import { FakeBackend } from './fakeBackend';
import { nextSpring } from './planned';
import { PHRASE } from './trail';
import { scenarios } from './scenarios';
import { told } from './notices';

/** Installs the fake that the address asks for; `do` may name an act that leads to a further state. */
export function installFromAddress(): void {
  const query = new URLSearchParams(location.search);
  const scenario = scenarios[query.get('fake') ?? ''];
  if (!scenario) return;
  const theme = query.get('theme');
  if (theme) localStorage.setItem('mode-watcher-mode', theme);
  if (location.hash === '') location.hash = scenario.at;
  const preview = new URL('./clip.webm', import.meta.url).href;
  const backend = new FakeBackend({ preview, ...scenario.world() }).install();
  const act = query.get('do');
  if (act) setTimeout(() => void perform(act, backend), 600);
}

/** Fills fields by their accessible names. */
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
      press('Connect account');
      break;
    case 'connect-failed':
      press('Connect account');
      setTimeout(
        () =>
          void backend.finishConnect('attempt-1', {
            kind: 'failed',
            notice: told({
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
      press('Reconnect');
      setTimeout(() => press('Keep working'), 300);
      setTimeout(() => press('Connect account'), 600);
      break;
    case 'connect-hidden':
      press('Connect account');
      setTimeout(() => press('Keep working'), 300);
      break;
    case 'another':
    case 'another-known':
      press('Reconnect');
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
      press('Show recovery phrase');
      break;
    case 'phrase-shown':
      press('Show recovery phrase');
      setTimeout(() => press('Show the words'), 300);
      break;
    case 'change-key':
      press('Change key');
      press('Change passphrase');
      setTimeout(() => document.querySelector<HTMLElement>('[role=dialog] [value=passphrase]')?.click(), 300);
      break;
    case 'diagnostics':
      press('Export diagnostics');
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
      press('Label and colour');
      break;
    case 'restore':
      press('Restore with recovery phrase');
      setTimeout(() => {
        const field = document.querySelector('textarea');
        if (!field) return;
        field.value = PHRASE.split(' ').slice(0, 17).join(' ');
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, 300);
      break;
    case 'forget':
      press('Forget the tokens and reconnect');
      break;
    case 'drag':
      await backend.dragOver(['/video.mp4']);
      break;
    case 'add-folder':
      press('Add folder');
      break;
    case 'drop-folder':
      backend.failing = {};
      await backend.drop(['/home/mira/Exports']);
      break;
    case 'take-all':
      [...document.querySelectorAll('button')]
        .find((one) => one.textContent.trim().startsWith('Take all'))
        ?.click();
      break;
    case 'remove-folder':
      press('Remove');
      break;
    case 'end':
      document.querySelector('main section:last-of-type')?.scrollIntoView({ block: 'end' });
      break;
    case 'middle':
      document.querySelectorAll('main section')[3]?.scrollIntoView();
      break;
    case 'pick':
      press('Add videos');
      break;
    case 'history':
      press('Details');
      break;
    case 'at':
      press('At a time');
      break;
    case 'slot':
      press('Next free slot');
      break;
    case 'skipped':
      press('At a time');
      setTimeout(() => enter({ Date: nextSpring(), Time: '02:30' }), 200);
      break;
    case 'past':
      press('At a time');
      setTimeout(() => enter({ Date: '2020-01-01' }), 200);
      break;
    case 'time':
      press('Change time');
      break;
    case 'others':
      [...document.querySelectorAll('button')].find((one) => / more$/.test(one.textContent.trim()))?.click();
      break;
    case 'add-time':
      press('Add a time on Wednesday');
      break;
    case 'zone':
      press('Show time zones');
      break;
    case 'disconnect':
      press('Disconnect');
      break;
    case 'fitting':
      press('Make it fit');
      setTimeout(() => void backend.fitting('harbour', { fraction: 0.43, secondsLeft: 96 }), 300);
      break;
    case 'fit-failed':
      press('Make it fit');
      setTimeout(
        () =>
          void backend.fitted('harbour', {
            kind: 'failed',
            notice: told({
              code: 'fit.no_space',
              happened: 'The new file may need 812.4 MB, and only 310.0 MB are free on the disk.',
              slipway: 'Your video and the draft are as they were.',
              you: 'Make room on the disk, then try again.',
            }),
          }),
        300,
      );
      break;
    case 'toast':
      await backend.move('processing', { kind: 'published' });
  }
}
