import type { JSX } from 'preact';
import { useStore } from '../store.js';
import type { Notices } from './notices.js';

/** Read out by screen readers as they come. */
export function NoticeList({ notices }: { readonly notices: Notices }): JSX.Element {
  const shown = useStore(notices.shown);
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, kind, text }) => (
        <p key={id} class={`notice ${kind}`}>
          <span>{text}</span>
          <button type="button" class="plain" aria-label={`Put away: ${text}`} onClick={() => notices.putAway(id)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
