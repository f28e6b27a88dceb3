import { isChoreography, type Choreography } from '../choreography/choreography.js';
import type { SagaPlan } from '../definition/saga.js';
import { choreographyDiagram } from './choreography-diagram.js';
import { sagaDiagram } from './saga-diagram.js';

/**
 * A saga or a choreography as a Mermaid flowchart, from its declaration alone: for a page between ```` ```mermaid ````
 * and ```` ``` ````, held by a test that writes it anew and compares. The same declaration always yields the same text.
 */
export const diagramOf = (declared: Choreography | { readonly plan: SagaPlan }): string =>
  isChoreography(declared) ? choreographyDiagram(declared) : sagaDiagram(declared.plan);
