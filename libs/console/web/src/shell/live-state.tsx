import type { JSX } from 'preact';
import { useConsole } from '../console.js';
import { useStore } from '../store.js';

/** Whether what is shown is what there is now. */
export function LiveState(): JSX.Element {
  const { live } = useConsole();
  const state = useStore(live.state);
  const words = { live: 'live', connecting: 'connecting …', away: 'not live' }[state.is];
  return (
    <p class={`live ${state.is}`} role="status" title={state.is === 'away' ? state.why : ''}>
      {words}
    </p>
  );
}
