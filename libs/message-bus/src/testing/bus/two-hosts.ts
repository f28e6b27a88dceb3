import type { Envelope } from '@isolith/contracts';
import type { RequestHandler } from '../../receiving/handlers.js';
import { withOptions, type DispatchOptions } from '../../sending/options.js';
import { MessageRouter } from '../../routing/router.js';
import { runAs } from '../../receiving/scope.js';
import type { SubscriptionAddress, Transport } from '../../transport/transport.js';
import type { Trial } from '../trial.js';
import { busContracts, type BusContracts } from './bus-contracts.js';
import { MemoryInbox } from './memory-inbox.js';

type What = 'do' | 'look' | 'guarded';

interface Happened {
  readonly key: string;
  readonly nth: number;
  readonly text: string;
}

export interface Behaviour {
  /** Handles commands and queries; returns the text of the answer. */
  readonly handle?: (text: string, what: What) => Promise<string>;
  readonly react?: (event: Happened) => Promise<void>;
  /** What lies between the asking host and the transport under test. */
  readonly through?: (transport: Transport) => Transport;
  /** Of the serving host's contracts. */
  readonly version?: number;
  /** Of the asking host's contracts. */
  readonly asks?: number;
}

/** One host that asks and one that serves, with a router each, over the transport under test. */
export class TwoHosts {
  readonly contracts: BusContracts;
  readonly at: SubscriptionAddress;
  /** What its handlers threw, as the serving host reports it. */
  readonly reported: unknown[] = [];
  private readonly asking: MessageRouter;
  private readonly inbox = new MemoryInbox();

  constructor(
    private readonly trial: Trial,
    private readonly behaviour: Behaviour,
  ) {
    const { transport, context, patienceMs } = trial;
    this.contracts = busContracts(context, behaviour.asks);
    this.at = trial.subscription('watch');
    const remote = behaviour.through?.(transport) ?? transport;
    this.asking = new MessageRouter({
      placement: { here: [`${context}-caller`] },
      remote,
      requestTimeoutMs: patienceMs,
      onError: () => undefined,
    });
  }

  /** Opens the serving host; a later one shares the inbox of those before, as replicas share a database. */
  async serve(): Promise<MessageRouter> {
    const { context, another, transport } = this.trial;
    const router = new MessageRouter({
      placement: { here: [context] },
      remote: (await another?.()) ?? transport,
      onError: (_, error) => void this.reported.push(error),
    });
    const { handle = async (text) => text, react = async () => undefined, version } = this.behaviour;
    const { Do, Look, Guarded, Done } = version === undefined ? this.contracts : busContracts(context, version);
    const answer = (what: What, message: RequestHandler['message']): void => {
      router.handle({
        message,
        by: what,
        invoke: async (received) => ({ text: await handle(textOf(received), what) }),
      });
    };
    answer('do', Do);
    answer('look', Look);
    answer('guarded', Guarded);
    router.subscribe({ context, subscription: this.at.subscription, events: [Done.contract], from: 'beginning' }, [
      {
        event: Done,
        by: 'react',
        invoke: (received) =>
          received instanceof Done ? react(received) : Promise.reject(new TypeError('not this event')),
      },
    ]);
    router.useInbox(context, this.inbox);
    await router.listenToOthers();
    return router;
  }

  /** Sends a message from the asking host; resolves with the text of the answer. */
  async ask(message: object, options: DispatchOptions = {}): Promise<unknown> {
    return runAs(`${this.trial.context}-caller`, async () => {
      const answer = await this.asking.send(withOptions(message, options));
      return typeof answer === 'object' && answer !== null && 'text' in answer ? answer.text : answer;
    });
  }

  do(text: string, options: DispatchOptions = {}): Promise<unknown> {
    return this.ask(new this.contracts.Do({ text }), options);
  }

  event(key: string, nth: number, text = ''): Envelope {
    const { version } = this.contracts.Done.contract;
    return { ...this.trial.event(key, { key, nth, text }), schemaversion: version };
  }
}

function textOf(message: object): string {
  if ('text' in message && typeof message.text === 'string') return message.text;
  throw new TypeError('a message of the kit has a text');
}
