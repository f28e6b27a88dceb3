import { diagramOf, type Choreography, type SagaPlan } from '@isolith/saga';

export const PAGE = 'docs/architecture/processes.md';

/** What runs over several contexts, as it is declared. */
export interface Processes {
  readonly sagas: readonly { readonly plan: SagaPlan }[];
  readonly choreographies: readonly Choreography[];
}

const HEAD = `# The sagas and choreographies of the shop

This page is written from what the contexts declare by \`npm run processes\` and held by \`test/processes\`. What the words mean is in
[the package](../../libs/saga/README.md).`;

const SAGAS = `## Sagas

A solid arrow is what comes next, a dotted one where it goes when something fails: a step that is *refused* is not undone, one whose answer is
*unknown*, or that comes *too late*, is. Left out: what keeps failing on the way back, or after the pivot, waits for a person.`;

const CHOREOGRAPHIES = `## Choreographies

Events on the left, the commands that answer them on the right. A refusal is answered where a dotted arrow says so; any other one parks the event.`;

/** The page, from what is declared. */
export function processesPage({ sagas, choreographies }: Processes): string {
  return `${[
    HEAD,
    SAGAS,
    ...sagas.flatMap((saga) => [`### ${saga.plan.name}`, fenced(diagramOf(saga))]),
    CHOREOGRAPHIES,
    ...choreographies.flatMap((one) => [`### ${one.name}`, fenced(diagramOf(one))]),
  ].join('\n\n')}\n`;
}

const fenced = (diagram: string): string => ['```mermaid', diagram, '```'].join('\n');
