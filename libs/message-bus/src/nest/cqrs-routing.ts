import type { MessageClass, RequestContract } from '@isolith/contracts';
import { contractOf } from '@isolith/contracts';
import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CommandBus, EventBus, QueryBus } from '@nestjs/cqrs';
import { defaultEventRetry } from '../receiving/event-retry.js';
import { isHere } from '../sending/placement.js';
import { NoOpenUnitError } from '../receiving/refusals.js';
import { MessageRouter } from '../routing/router.js';
import { currentScope } from '../receiving/scope.js';
import { handledEvents, handledRequest, isEventClass, sagaMethods } from './cqrs-metadata.js';
import { BusFeatureRegistration, type BusFeature } from './feature.js';
import { HostLifecycle, type HostParticipant } from './host-lifecycle.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type EventHandlers = Parameters<EventBus['register']>[0];

/**
 * Puts the router under every bus of the container. Messages with a contract go through it; anything else keeps the
 * behaviour of @nestjs/cqrs, so an existing application adopts contracts one message at a time.
 */
@Injectable()
export class CqrsRouting implements HostParticipant {
  readonly name = 'message bus';
  readonly stage = 'bus';
  /** Classes of `@EventsHandler`s that no subscription lists: plain cqrs, at most once, not awaited. */
  readonly plainEventHandlers: string[] = [];
  /** Methods with `@Saga()`: cqrs' own stream, which no event with a contract is in. */
  readonly plainSagas: string[] = [];
  private readonly problems: string[] = [];
  private readonly listed = new Set<unknown>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly router: MessageRouter,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  verify(): readonly string[] {
    const providers = this.discovery.getProviders();
    const features = providers.flatMap(({ instance }) =>
      instance instanceof BusFeatureRegistration ? [instance.feature] : [],
    );
    if (providers.filter(({ instance }) => instance instanceof HostLifecycle).length > 1)
      this.problems.push('forRoot was imported twice');
    this.routeRequests(providers);
    for (const feature of features) {
      this.subscribe(feature, providers);
      this.requireHandlers(feature);
      this.requireNeeds(feature);
    }
    this.routeEvents(providers);
    this.refuseSagas(features, providers);
    return [...this.problems, ...this.router.violations()];
  }

  start(): Promise<void> {
    return this.router.listenHere();
  }

  drain(signal: AbortSignal): Promise<void> {
    return this.router.drain(signal);
  }

  close(): Promise<void> {
    return this.router.close();
  }

  private routeRequests(providers: readonly Wrapper[]): void {
    const local = new Map<'command' | 'query', (message: object) => Promise<unknown>>();
    for (const { instance } of providers) {
      if (instance instanceof CommandBus) local.set('command', this.intercept(instance));
      if (instance instanceof QueryBus) local.set('query', this.intercept(instance));
    }
    for (const wrapper of providers) {
      const handler = classOf(wrapper);
      const message = handler === undefined ? undefined : handledRequest(handler);
      if (message === undefined) continue;
      // The bus itself calls the handler, so request-scoped handlers and command publishers work as ever.
      const invoke = local.get(message.contract.kind);
      if (invoke === undefined)
        this.problems.push(`${wrapper.name} handles ${message.contract.name} but no CqrsModule is imported`);
      else this.router.handle({ message, by: String(wrapper.name), invoke });
    }
  }

  private intercept(bus: CommandBus | QueryBus): (message: object) => Promise<unknown> {
    const original = bus.execute.bind(bus) as (message: object, ...more: unknown[]) => Promise<unknown>;
    const routed = (message: object, ...more: unknown[]): Promise<unknown> =>
      contractOf(message) === undefined ? original(message, ...more) : this.router.send(message);
    Object.assign(bus, { execute: routed });
    return original;
  }

  private routeEvents(providers: readonly Wrapper[]): void {
    for (const { instance } of providers) {
      if (!(instance instanceof EventBus)) continue;
      const bus = instance;
      const { publish, publishAll, register } = {
        publish: bus.publish.bind(bus),
        publishAll: bus.publishAll.bind(bus),
        register: bus.register.bind(bus),
      };
      Object.assign(bus, {
        publish: (event: object, ...more: []) =>
          contractOf(event) === undefined ? publish(event, ...more) : record(event),
        publishAll: (events: object[], ...more: []) => {
          for (const event of events.filter((candidate) => contractOf(candidate) !== undefined)) record(event);
          return publishAll(
            events.filter((candidate) => contractOf(candidate) === undefined),
            ...more,
          );
        },
        // A handler of a subscription is run by us, awaited and retried; cqrs' own stream would run it a second time.
        register: (handlers: EventHandlers = []) =>
          register(handlers.filter((handler) => !this.listed.has(classOf(handler)))),
      });
    }
    for (const wrapper of providers) {
      const handler = classOf(wrapper);
      const events = handler === undefined || this.listed.has(handler) ? [] : (handledEvents(handler) ?? []);
      if (events.length > 0) this.plainEventHandlers.push(String(wrapper.name));
      // Publishing such an event records it and goes past cqrs' own stream: the handler would wait for ever.
      for (const event of events.filter(isEventClass))
        this.problems.push(`${String(wrapper.name)} handles ${event.contract.name}, but no subscription lists it`);
    }
  }

  /**
   * Which events an rxjs saga takes stands in its code alone. One that names the class of an event with a contract
   * would wait for it for ever, so its text is looked at.
   */
  private refuseSagas(features: readonly BusFeature[], providers: readonly Wrapper[]): void {
    const events = features.flatMap(({ contracts = [] }) => contracts.filter(isEventClass));
    for (const wrapper of providers) {
      const owner = classOf(wrapper);
      for (const method of owner === undefined ? [] : sagaMethods(owner)) {
        const saga = `${String(wrapper.name)}.${method}`;
        this.plainSagas.push(saga);
        const words = new Set(String(Reflect.get(Object(wrapper.instance), method)).match(/[\w$]+/g));
        for (const { name, contract } of events.filter((event) => words.has(event.name)))
          this.problems.push(
            `${saga} is a @Saga() on ${name}, but ${contract.name} has a contract and goes past the stream of cqrs: write a durable saga`,
          );
      }
    }
  }

  private subscribe({ context, subscriptions = {} }: BusFeature, providers: readonly Wrapper[]): void {
    for (const [subscription, { handlers, from = 'beginning', retry }] of Object.entries(subscriptions)) {
      const where = `subscription ${context}.${subscription}`;
      const resolved = handlers.flatMap((handler) => {
        this.listed.add(handler);
        const wrapper = providers.find((candidate) => classOf(candidate) === handler);
        const events = handledEvents(handler);
        if (events === undefined) this.problems.push(`${where}: ${handler.name} has no @EventsHandler`);
        if (wrapper === undefined) this.problems.push(`${where}: ${handler.name} is no provider of any module`);
        else if (!wrapper.isDependencyTreeStatic())
          this.problems.push(`${where}: ${handler.name} is request-scoped; an event has no request`);
        return (events ?? []).flatMap((event) => {
          if (isEventClass(event))
            return [
              { event, by: handler.name, invoke: (happened: object) => invokeHandle(wrapper?.instance, happened) },
            ];
          this.problems.push(`${where}: ${handler.name} takes an event that has no contract`);
          return [];
        });
      });
      this.router.subscribe(
        { context, subscription, from, events: resolved.map(({ event }) => event.contract) },
        resolved,
        { ...defaultEventRetry, ...retry },
      );
    }
  }

  private requireHandlers({ context, contracts = [] }: BusFeature): void {
    const handled = new Set(this.router.requests().map(({ message }) => message.contract.name));
    for (const { contract } of contracts) {
      if (contract.context !== context)
        this.problems.push(`${context} states ${contract.name} as its own, which belongs to ${contract.context}`);
      else if ((contract.kind === 'command' || contract.kind === 'query') && !handled.has(contract.name))
        this.problems.push(`${contract.name} has no handler`);
    }
  }

  private requireNeeds({ context, needs = [] }: BusFeature): void {
    for (const missing of this.outOfReach(needs)) {
      this.problems.push(
        `${context} needs ${missing.contract.name}, but ${missing.contract.context} is not here and no transport is configured (TRANSPORT_URL)`,
      );
    }
  }

  private outOfReach(needs: readonly MessageClass<RequestContract>[]): readonly MessageClass<RequestContract>[] {
    return this.router.hasRemote
      ? []
      : needs.filter(({ contract }) => !isHere(this.router.placement, contract.context));
  }
}

/** The class whose decorators count; a provider made by a factory has it as its instance's only. */
function classOf({ instance, metatype }: Pick<Wrapper, 'instance' | 'metatype'>): object | undefined {
  const made: unknown = instance?.constructor ?? metatype;
  return typeof made === 'function' ? made : undefined;
}

/** Appends an event with a contract to the open unit; anywhere else it would be lost with the process. */
function record(event: object): void {
  const contract = contractOf(event);
  if (contract !== undefined && contract.kind !== 'event')
    throw new TypeError(`${contract.name} is a ${contract.kind}; only events are published`);
  const unit = currentScope()?.unit;
  if (unit === undefined) throw new NoOpenUnitError(`publishing ${contract?.name ?? event.constructor.name}`);
  unit.append(event);
}

async function invokeHandle(handler: unknown, event: object): Promise<unknown> {
  if (typeof handler === 'object' && handler !== null && 'handle' in handler && typeof handler.handle === 'function') {
    return handler.handle(event);
  }
  throw new TypeError('an events handler needs a method handle(event)');
}
