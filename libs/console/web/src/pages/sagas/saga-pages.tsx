import type { JSX } from 'preact';
import type { PageProperties } from '../../shell/pages.js';
import { SagaList } from './saga-list.js';
import { SagaView } from './saga-view.js';

export function SagaPages({ route }: PageProperties): JSX.Element {
  const [, context, name, id] = route.parts;
  return context === undefined || name === undefined || id === undefined ? (
    <SagaList route={route} />
  ) : (
    <SagaView context={context} name={name} id={id} />
  );
}
