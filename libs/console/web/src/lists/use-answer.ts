import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What was asked for: the last answer stays while the next one is on its way, and when none comes. */
export interface Asked<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Asks when the component comes, and again when `about` changes; an answer that comes too late is dropped.
 * @param about what the question depends on; the value of another question is not shown for this one
 */
export function useAnswer<T>(about: string, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  const [asked, setAsked] = useState<{ about: string; value?: T; error?: unknown; isLoading: boolean }>({
    about,
    isLoading: true,
  });
  const [times, setTimes] = useState(0);
  const asking = useRef(ask);
  asking.current = ask;
  useEffect(() => {
    const over = new AbortController();
    setAsked((last) => (last.about === about ? { ...last, isLoading: true } : { about, isLoading: true }));
    const look = async (): Promise<void> => {
      try {
        const value = await asking.current(over.signal);
        if (!over.signal.aborted) setAsked({ about, value, isLoading: false });
      } catch (error) {
        if (!over.signal.aborted) setAsked((last) => ({ ...last, error, isLoading: false }));
      }
    };
    void look();
    return () => over.abort();
  }, [about, times]);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  const now: typeof asked = asked.about === about ? asked : { about, isLoading: true };
  return { value: now.value, error: now.error, isLoading: now.isLoading, reload };
}

/** Asks again each so many milliseconds while it is worth it. */
export function useEvery(ms: number, isWorthIt: boolean, again: () => void): void {
  useEffect(() => {
    if (!isWorthIt) return undefined;
    const timer = setInterval(again, ms);
    return () => clearInterval(timer);
  }, [ms, isWorthIt, again]);
}
