import { useCallback, useRef, useState } from 'preact/hooks';
import type { Page } from '../api/answers/shared.js';
import { useAnswer, type Asked } from './use-answer.js';

interface Pages<T> extends Asked<Page<T>> {
  readonly rows: readonly T[];
  /** Asks for the next page; absent where there is none, or while it is asked for. */
  readonly more: (() => void) | undefined;
  /** The next page did not come. */
  readonly moreError: unknown;
}

interface More<T> {
  readonly of: Page<T> | undefined;
  readonly rows: readonly T[];
  readonly cursor: string | undefined;
  readonly isLoading: boolean;
  readonly error?: unknown;
}

/** A list that is asked for page by page. */
export function usePages<T>(
  about: string,
  ask: (cursor: string | undefined, signal?: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  const first = useAnswer(about, (signal) => ask(undefined, signal));
  const [kept, setKept] = useState<More<T>>({ of: undefined, rows: [], cursor: undefined, isLoading: false });
  const more =
    kept.of === first.value ? kept : { of: first.value, rows: [], cursor: first.value?.nextCursor, isLoading: false };
  const latest = useRef(more);
  latest.current = more;
  const next = useCallback(() => {
    const now = latest.current;
    if (now.cursor === undefined || now.isLoading) return;
    setKept({ ...now, isLoading: true });
    const isCurrent = (last: More<T>): boolean => last.of === now.of;
    ask(now.cursor)
      .then((page) =>
        setKept((last) =>
          isCurrent(last)
            ? { of: now.of, rows: [...now.rows, ...page.items], cursor: page.nextCursor, isLoading: false }
            : last,
        ),
      )
      .catch((error: unknown) => setKept((last) => (isCurrent(last) ? { ...now, error, isLoading: false } : last)));
  }, [about, more.cursor]);
  const canAsk = more.cursor !== undefined && !more.isLoading && !('error' in more && more.error !== undefined);
  return {
    ...first,
    rows: first.value === undefined ? [] : [...first.value.items, ...more.rows],
    more: canAsk ? next : undefined,
    moreError: 'error' in more ? more.error : undefined,
  };
}
