import { useEffect, useState } from 'preact/hooks';
import { hrefOf, routeOf, type Route } from './route.js';

/** Where the reader is, and the component once more whenever they go elsewhere. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = (): void => setHash(location.hash);
    look();
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  return routeOf(hash);
}

/** Goes there, so that "back" comes back. */
export const goTo = (...where: Parameters<typeof hrefOf>): void => {
  location.hash = hrefOf(...where);
};

/** Names this place another way: a filter that is typed leaves no trace of every letter. */
export const renameTo = (...where: Parameters<typeof hrefOf>): void => {
  history.replaceState(null, '', hrefOf(...where));
  dispatchEvent(new HashChangeEvent('hashchange'));
};
