import { useEffect, useRef } from 'preact/hooks';
import type { Attention } from '../api/answers/live.js';
import { useConsole } from '../console.js';
import { useStore } from '../store.js';

/** Asks again when a number of what wants a person is another one: what is listed is no longer what there is. */
export function useChanges(of: (attention: Attention) => number, again: () => void): void {
  const { live } = useConsole();
  const seen = useStore(live.seen);
  const count = seen === undefined ? undefined : of(seen.attention);
  const last = useRef(count);
  useEffect(() => {
    if (last.current !== undefined && count !== undefined && last.current !== count) again();
    last.current = count ?? last.current;
  }, [count, again]);
}
