import type { JSX } from 'preact';
import type { PageProperties } from '../../shell/pages.js';
import { CausesView } from './causes-view.js';
import { EventList } from './event-list.js';
import { StreamView } from './stream-view.js';

/** `#/events/causes/ID`, `#/events/stream/CONTEXT/STREAM`, or the list. */
export function EventPages({ route }: PageProperties): JSX.Element {
  const [, what, first, second] = route.parts;
  if (what === 'causes' && first !== undefined) return <CausesView correlationId={first} />;
  if (what === 'stream' && first !== undefined && second !== undefined)
    return <StreamView context={first} stream={second} />;
  return <EventList route={route} />;
}
