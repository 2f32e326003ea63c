/** Opens the whole app with a fake backend. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import App from '../../App.svelte';
import { accounts } from '../accounts.svelte';
import { away } from '../away.svelte';
import { background } from '../background.svelte';
import { audit } from '../audit.svelte';
import { connect } from '../connect.svelte';
import { files } from '../files.svelte';
import { fits } from '../fit.svelte';
import { folders } from '../folders.svelte';
import { folderFiles } from '../folders/contents.svelte';
import { notices } from '../notices.svelte';
import { forgetFrames } from '../pictures/filmstrip';
import { thumbnails } from '../pictures/thumbnails.svelte';
import { posts } from '../posts.svelte';
import { router, type Route } from '../router.svelte';
import { forgetPlans } from '../schedule/plan.svelte';
import { slots } from '../schedule/slots.svelte';
import { settings } from '../settings.svelte';
import { setup } from '../setup.svelte';
import { status } from '../status.svelte';
import { startup } from '../startup.svelte';
import { vault } from '../vault.svelte';
import { FakeBackend, type World } from './fakeBackend';

/** The app, its backend and a user for its controls. */
export type Opened = { backend: FakeBackend; user: ReturnType<typeof userEvent.setup> };

/** Opens the app at a page. Resets all stores first. */
export async function open(world: World = {}, at: Route = { page: 'queue' }): Promise<Opened> {
  startup.current = null;
  startup.busy = false;
  startup.failure = null;
  setup.current = null;
  accounts.reset();
  audit.reset();
  vault.reset();
  folders.reset();
  folderFiles.reset();
  posts.clear();
  notices.clear();
  connect.reset();
  settings.reset();
  status.reset();
  away.reset();
  background.reset();
  slots.clear();
  forgetPlans();
  fits.clear();
  forgetFrames();
  thumbnails.clear();
  files.hovering = false;
  router.go(at);
  const backend = new FakeBackend(world).install();
  render(App);
  // Every first page has one main element, which is no longer busy.
  await waitFor(() => {
    if (screen.getByRole('main').getAttribute('aria-busy') === 'true') throw new Error('still opening');
  });
  return { backend, user: userEvent.setup() };
}
