/** Which page is shown: a path in the address's fragment, so that a reload stays where it was. */

export type Route =
  | { page: 'queue' }
  | { page: 'compose'; id: string }
  | { page: 'accounts'; id?: string }
  | { page: 'security' }
  | { page: 'settings' }
  | { page: 'setup' };

/** The address of a route, for links. */
export function href(route: Route): string {
  const id = 'id' in route ? route.id : undefined;
  return id === undefined ? `#/${route.page}` : `#/${route.page}/${encodeURIComponent(id)}`;
}

/** The route that a fragment names; the queue where it names none. */
export function parse(fragment: string): Route {
  const [page, id] = fragment.replace(/^#\/?/, '').split('/');
  switch (page) {
    case 'accounts':
      return id ? { page, id: decode(id) } : { page };
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
