/** The router: the page is a path in the fragment of the address, so that a reload keeps it. */
import type { FolderShow } from './bindings';

/** The filters of a folder's files, in display order. */
export const FOLDER_SHOWS = ['offered', 'waiting', 'taken', 'skipped'] as const satisfies FolderShow[];

export type Route =
  | { page: 'queue' }
  | { page: 'compose'; id: string }
  | { page: 'folders'; id?: string; show?: FolderShow }
  | { page: 'add-folder' }
  | { page: 'edit-folder'; id: string }
  | { page: 'accounts'; id?: string }
  | { page: 'security' }
  | { page: 'settings' }
  | { page: 'setup' };

/** Returns the address of a route, for links. */
export function href(route: Route): string {
  const id = 'id' in route ? route.id : undefined;
  const show = 'show' in route ? route.show : undefined;
  return ['#', route.page, id, show]
    .filter((part) => part !== undefined)
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

/** Parses a fragment to a route. An unknown fragment leads to the queue. */
export function parse(fragment: string): Route {
  const [page, id, part] = fragment.replace(/^#\/?/, '').split('/');
  switch (page) {
    case 'folders': {
      const show = FOLDER_SHOWS.find((each) => each === part);
      if (!id) return { page };
      return show ? { page, id: decode(id), show } : { page, id: decode(id) };
    }
    case 'edit-folder':
      return id ? { page, id: decode(id) } : { page: 'folders' };
    case 'accounts':
      return id ? { page, id: decode(id) } : { page };
    case 'add-folder':
    case 'security':
    case 'settings':
    case 'setup':
      return { page };
    case 'compose':
      return id ? { page, id: decode(id) } : { page: 'queue' };
    default:
      return { page: 'queue' };
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Router {
  current = $state.raw<Route>(parse(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.current = parse(location.hash)));
  }

  /** Shows a page. */
  go(route: Route): void {
    location.hash = href(route);
    this.current = route;
  }
}

export const router = new Router();
