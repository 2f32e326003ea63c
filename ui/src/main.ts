/** The entry point: mounts the app. In development it can install a fake backend first. */
import '@fontsource-variable/instrument-sans/wght.css';
import './app.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { t } from './lib/texts';

async function start(): Promise<void> {
  if (import.meta.env.DEV) {
    const { installFromAddress } = await import('./lib/testing/gallery');
    installFromAddress();
  }
  document.title = t('common-app');
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

void start();
