import type { JSX } from 'preact';
import type { PageProperties } from '../../shell/pages.js';
import { ParkedGroups } from './parked-groups.js';
import { ParkedList } from './parked-list.js';
import { ParkedView } from './parked-view.js';

export function ParkedPages({ route }: PageProperties): JSX.Element {
  const [, context, id] = route.parts;
  if (context !== undefined && id !== undefined) return <ParkedView context={context} id={id} />;
  return context === 'list' ? <ParkedList route={route} /> : <ParkedGroups />;
}
