import type { JSX } from 'preact';
import type { Saga } from '../../api/answers/sagas.js';
import { Badge, type Tone } from '../../parts/badge.js';

const TONES: Readonly<Record<Saga['status'], Tone>> = {
  running: 'busy',
  compensating: 'warn',
  completed: 'good',
  compensated: 'quiet',
  'needs-attention': 'bad',
  'taken-over': 'quiet',
};

export const SagaStatus = ({ of }: { readonly of: Saga['status'] }): JSX.Element => (
  <Badge tone={TONES[of]}>{of.replaceAll('-', ' ')}</Badge>
);
