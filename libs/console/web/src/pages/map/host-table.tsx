import type { JSX } from 'preact';
import type { SeenHost } from '../../api/answers/live.js';
import { Badge, type Tone } from '../../parts/badge.js';

const toneOf = (state: string): Tone =>
  state === 'ready' ? 'good' : state === 'silent' || state === 'stopped' ? 'bad' : 'warn';

export function HostTable({ hosts }: { readonly hosts: readonly SeenHost[] }): JSX.Element {
  return (
    <div class="plain-table" tabIndex={0} role="region" aria-label="Hosts">
      <table>
        <thead>
          <tr>
            <th scope="col">Host</th>
            <th scope="col">State</th>
            <th scope="col">Contexts</th>
            <th scope="col" class="wide">
              Version
            </th>
          </tr>
        </thead>
        <tbody>
          {hosts.map(({ name, state, contexts, version }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Badge tone={toneOf(state)}>{state}</Badge>
              </td>
              <td>{contexts.join(', ')}</td>
              <td class="wide">{version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
