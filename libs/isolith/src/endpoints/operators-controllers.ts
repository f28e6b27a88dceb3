import type { Type } from '@nestjs/common';
import { ActuatorController } from './actuator.controller.js';
import { AuditController } from './audit.controller.js';
import { CausesController } from './causes.controller.js';
import { CircuitsController } from './circuits.controller.js';
import { ContractsController } from './contracts.controller.js';
import { EventsController } from './events.controller.js';
import { LiveController } from './live.controller.js';
import { MetricsController } from './metrics.controller.js';
import { ParkedController } from './parked.controller.js';
import { ProjectionsController } from './projections.controller.js';
import { SagasController } from './sagas.controller.js';
import { SubscriptionsController } from './subscriptions.controller.js';

/** What operators ask a host for: the part `operations` of its edge. */
export const operatorsControllers: readonly Type[] = [
  MetricsController,
  ActuatorController,
  CircuitsController,
  SagasController,
  ParkedController,
  AuditController,
  EventsController,
  CausesController,
  SubscriptionsController,
  ProjectionsController,
  LiveController,
  ContractsController,
];
