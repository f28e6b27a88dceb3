import type { JSX } from 'preact';
import type { Attention } from '../api/answers/live.js';
import { AuditPage } from '../pages/audit/audit-page.js';
import { BreakersPage } from '../pages/breakers/breakers-page.js';
import { ContractPages } from '../pages/contracts/contract-pages.js';
import { EventPages } from '../pages/events/event-pages.js';
import { MapPage } from '../pages/map/map-page.js';
import { ParkedPages } from '../pages/parked/parked-pages.js';
import { ProjectionsPage } from '../pages/projections/projections-page.js';
import { SagaPages } from '../pages/sagas/saga-pages.js';
import { SubscriptionsPage } from '../pages/subscriptions/subscriptions-page.js';
import type { Route } from '../routing/route.js';

/** What every page is told of where the reader is. */
export interface PageProperties {
  readonly route: Route;
}

export interface Entry {
  /** The first part of its address. */
  readonly at: string;
  readonly name: string;
  readonly page: (properties: PageProperties) => JSX.Element;
  /** How many things on it want a person. */
  readonly wanting?: (attention: Attention) => number;
}

/** In the order in which the navigation has them; the first is where the console begins. */
export const ENTRIES: readonly Entry[] = [
  { at: 'map', name: 'Map', page: MapPage },
  { at: 'sagas', name: 'Sagas', page: SagaPages, wanting: ({ sagas }) => sagas },
  { at: 'parked', name: 'Parked', page: ParkedPages, wanting: ({ parked }) => parked },
  { at: 'events', name: 'Events', page: EventPages },
  { at: 'projections', name: 'Projections', page: ProjectionsPage },
  { at: 'breakers', name: 'Breakers', page: BreakersPage, wanting: ({ openCircuits }) => openCircuits },
  { at: 'subscriptions', name: 'Subscriptions', page: SubscriptionsPage },
  { at: 'contracts', name: 'Contracts', page: ContractPages },
  { at: 'audit', name: 'Audit', page: AuditPage },
];
