import { z } from 'zod';
import { memberOptions, schematic } from '../app/schematic.js';
import { contractName, declarationOf, declare } from '../message/contract-classes.js';
import { contextName } from '../naming/context-name.js';
import { memberName } from '../naming/member-name.js';
import { addSubscriber } from '../subscription/subscriber.js';
import { eventContract } from './event-files.js';
import { reactionFiles } from './reaction-files.js';

const options = memberOptions.extend({
  /** The context that reacts to it. */
  subscriber: z.string().optional(),
  /** The same, as `nest g` passes its second name. */
  path: z.string().optional(),
});

/**
 * An event in the contract and, with a subscriber, the reaction of that context. Where it is recorded, its author
 * knows.
 */
export const event = schematic(options, ({ subscriber, path, spec, ...written }, app) => {
  const { context, name } = memberName('event', written, (one) => app.has(one));
  const producer = app.context(context);
  const said = subscriber ?? path;
  const consumer = said === undefined ? undefined : app.context(contextName(said));
  const isNew = declarationOf(producer, 'event', name) === undefined;
  if (isNew) declare(producer, name, eventContract(context, name));
  if (consumer === undefined)
    return isNew ? undefined : { present: `${contractName(context, name)} is in ${producer.contract.path} already` };
  const file = `on-${name.kebab}`;
  if (app.changes.has(consumer.at(`features/${file}.ts`)))
    return { present: `${consumer.at(`features/${file}.ts`)} is there already` };
  addSubscriber(consumer, {
    subscription: name.kebab,
    event: { producer, name },
    handler: `On${name.pascal}`,
    file,
    spec,
    files: reactionFiles,
  });
  return undefined;
});
