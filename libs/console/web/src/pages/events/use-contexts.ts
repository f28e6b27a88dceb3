import { useConsole } from '../../console.js';
import { useStore } from '../../store.js';

/** The contexts of the shop, as its hosts tell; none before they do. */
export function useContexts(): readonly string[] {
  const { live } = useConsole();
  const seen = useStore(live.seen);
  const all = seen?.hosts.flatMap(({ contexts }) => contexts) ?? [];
  return [...new Set(all)].filter((context) => context !== 'gateway').toSorted();
}
