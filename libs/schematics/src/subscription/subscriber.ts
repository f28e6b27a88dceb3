import type { ContextFolder } from '../app/context-folder.js';
import { addProvider, contextOptions, featureOptions } from '../app/wiring.js';
import { createSpec, type SpecHead } from '../message/spec-file.js';
import type { Name } from '../naming/name.js';
import { addImport } from '../source/imports.js';
import { addToObject } from '../source/properties.js';
import { exampleOf } from './sample.js';

/** What the files of a handler of events are written from. */
export interface SubscriberText {
  /** The context that takes the event. */
  readonly context: Name;
  readonly event: Name;
  /** From a file in `features/`. */
  readonly contract: string;
  readonly subscription: string;
  readonly handler: string;
  readonly file: string;
}

export interface SubscriberFiles {
  readonly handler: (text: SubscriberText) => string;
  /** @param example an expression that makes one event */
  readonly spec: (text: SubscriberText, example: string) => [SpecHead, string];
}

interface Subscriber {
  readonly subscription: string;
  readonly event: { readonly producer: ContextFolder; readonly name: Name };
  readonly handler: string;
  readonly file: string;
  readonly spec: boolean;
  readonly files: SubscriberFiles;
}

/** Makes a context take an event: subscription in descriptor and module, handler, spec. */
export function addSubscriber(
  folder: ContextFolder,
  { subscription, event: { producer, name }, handler, file, spec, files }: Subscriber,
): void {
  const own = producer.path === folder.path;
  const from = own ? '' : `../${producer.name.kebab}/`;
  const contract = `${producer.name.kebab}.contract.js`;
  const { descriptor, module } = folder;
  addToObject(descriptor, contextOptions, 'subscriptions', {
    key: subscription,
    value: `{ events: [${name.pascal}], from: ${descriptor.quoted('beginning')} }`,
  });
  addImport(descriptor, name.pascal, own ? `./${contract}` : `${from}${contract}`);
  addToObject(module, featureOptions, 'subscriptions', { key: subscription, value: `[${handler}]` });
  addProvider(folder, handler, `./features/${file}.js`);
  const text = { context: folder.name, event: name, contract: `../${from}${contract}`, subscription, handler, file };
  folder.changes.create(folder.at(`features/${file}.ts`), files.handler(text));
  if (spec) createSpec(folder, file, ...files.spec(text, exampleOf(producer.contract, name)));
}
