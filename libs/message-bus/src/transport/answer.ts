import { parseName, type Envelope, type Outcome } from '@isolith/contracts';
import { timestamp } from './timestamp.js';

/** The one answer to a request, as it crosses. */
export function answerTo(request: Envelope, outcome: Outcome): Envelope {
  return {
    specversion: '1.0',
    id: request.id,
    source: `/${parseName(request.type).context}`,
    type: request.type,
    time: timestamp(Date.now()),
    kind: 'reply',
    schemaversion: request.schemaversion,
    correlationid: request.correlationid,
    data: outcome,
  };
}
