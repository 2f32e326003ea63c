/** The Fluent catalogs of the chosen language, as one bundle. */
import { FluentBundle, FluentResource, type FluentVariable, type Message } from '@fluent/bundle';

import { place } from '../place.svelte';
import { pseudo } from './pseudo';

declare global {
  // The app's initialisation script sets it before the page loads.
  var __SLIPWAY_LANGUAGE__: string | undefined;
}

/** The language in which every message exists. */
const DEFAULT_LANGUAGE = 'en';
/** English with accented, longer texts in brackets, for tests and for checks of the layout. */
export const PSEUDO_LANGUAGE = 'en-XA';

const files = import.meta.glob<string>('../../../locales/**/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The text of each catalog, by language. */
function catalogsOf(language: string): string[] {
  return Object.entries(files)
    .filter(([path]) => path.includes(`/locales/${language}/`))
    .map(([, text]) => text);
}

/** Catalogs that tests and the gallery add. They may replace messages. */
const added: string[] = [];
let bundle = build(DEFAULT_LANGUAGE);

function build(language: string): FluentBundle {
  const name = language === PSEUDO_LANGUAGE ? DEFAULT_LANGUAGE : language;
  const built = new FluentBundle(name, {
    useIsolating: false,
    transform: language === PSEUDO_LANGUAGE ? pseudo : undefined,
  });
  for (const text of [...catalogsOf(name), ...added]) {
    built.addResource(new FluentResource(text), { allowOverrides: true });
  }
  return built;
}

/** Selects the language of all texts that are formatted from now on. An unknown language becomes English. */
export function setLanguage(language: string): void {
  const known = language === PSEUDO_LANGUAGE || catalogsOf(language).length > 0;
  const chosen = known ? language : DEFAULT_LANGUAGE;
  bundle = build(chosen);
  place.useLanguage(chosen.split('-')[0] ?? DEFAULT_LANGUAGE);
  document.documentElement.lang = chosen;
}

/** Adds messages for tests and the gallery. */
export function addCatalog(text: string): void {
  added.push(text);
  bundle.addResource(new FluentResource(text), { allowOverrides: true });
}

/** Returns the message of an id. */
export function find(id: string): Message | undefined {
  return bundle.getMessage(id);
}

/** Formats the value or an attribute of a message. An absent part is empty. */
export function format(
  message: Message,
  attribute: string | null,
  values: Record<string, FluentVariable>,
): string {
  const pattern = attribute === null ? message.value : message.attributes[attribute];
  // With a list for errors, Fluent does not throw: a wrong argument shows as its name.
  return pattern ? bundle.formatPattern(pattern, values, []) : '';
}

setLanguage(globalThis.__SLIPWAY_LANGUAGE__ ?? DEFAULT_LANGUAGE);
