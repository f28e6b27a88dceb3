import { Controller, Get, Inject } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { OperatorsOnly } from '../http/route-access.js';
import { contractCatalog, type ListedContract } from '../operations/contract-catalog.js';

/** What the contexts of the application say to one another, as this host knows it. */
@OperatorsOnly()
@Controller('actuator/contracts')
export class ContractsController {
  #items: readonly ListedContract[] | undefined;

  constructor(@Inject(HOST_CONFIG) private readonly config: HostConfig) {}

  /** Made when it is asked for first: contracts do not change while a host runs. */
  @Get()
  list(): { readonly items: readonly ListedContract[] } {
    this.#items ??= contractCatalog(this.config.application.contexts);
    return { items: this.#items };
  }
}
