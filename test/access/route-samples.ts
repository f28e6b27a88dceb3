import { randomUUID } from 'node:crypto';
import { address } from '../support/shop.js';

/** What there is in a shop to ask its routes about. */
export interface Sampled {
  readonly sku: string;
  /** Whose account is signed in to and changed. */
  readonly somebody: { readonly id: string; readonly email: string };
  readonly password: string;
  /** One that was not used yet. */
  readonly refreshToken: () => Promise<string>;
  /** The order that a path is asked about. */
  readonly orderOf: (path: string) => string;
  readonly conversationId: string;
}

/**
 * A request for each route that has nothing wrong with it. What is not there is there for nobody: nothing of it
 * changes.
 */
export class RouteSamples {
  readonly #bodies: Readonly<Record<string, () => unknown>>;

  constructor(private readonly shop: Sampled) {
    const { sku, somebody, password, refreshToken } = shop;
    const reason = 'test';
    this.#bodies = {
      'POST /actuator/projections/:name/rebuild': () => ({ reason }),
      'POST /actuator/subscriptions/:name/rewind': () => ({ reason, to: { position: 1 }, apply: false }),
      'POST /actuator/sagas/:context/:name/:id/:action': () => ({ reason }),
      'POST /actuator/parked/:context/replay': () => ({ subscription: 'nothing', key: 'none' }),
      'POST /actuator/parked/:context/replay-group': () => ({ filter: { subscription: 'nothing' }, perSecond: 1 }),
      'POST /actuator/parked/:context/:id/edit': () => ({ data: {}, reason }),
      'POST /actuator/circuitbreakers/:name/:move': () => ({ reason }),
      'POST /actuator/contracts/:name': () => ({ input: {} }),
      'POST /console/session': () => ({ link: 'x'.repeat(43) }),
      'POST /v1/password-resets': () => ({ email: somebody.email }),
      'POST /v1/password-resets/:token': () => ({ password }),
      'POST /v1/users': () => ({ email: newAddress(), password, name: 'N' }),
      'PATCH /v1/users/me': () => ({ name: 'Another' }),
      'PATCH /v1/users/:id': () => ({ roles: ['customer'] }),
      'POST /v1/sessions': () => ({ email: somebody.email, password }),
      'POST /v1/sessions/refresh': async () => ({ refreshToken: await refreshToken() }),
      'POST /v1/products': () => ({ sku: newSku(), name: 'T', priceMinor: 1, currency: 'EUR' }),
      'PATCH /v1/products/:sku': () => ({ name: 'Thing' }),
      'POST /v1/inventory/:sku/receipts': () => ({ quantity: 1 }),
      'POST /v1/assistant/conversations': () => ({}),
      'POST /v1/assistant/conversations/:id/messages': () => ({ text: 'Where is my order?' }),
      'POST /v1/assistant/conversations/:id/approvals/:approvalId': () => ({ approved: true }),
      'POST /mcp': () => ({ jsonrpc: '2.0', id: 1, method: 'ping' }),
      'POST /mcp/approvals/:id': () => ({ approved: true }),
      'POST /v1/orders': () => ({ lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok', address }),
    };
  }

  urlOf(path: string): string {
    // What is built is not there before it is built.
    return path.replace(/\*$/, 'nothing.js').replaceAll(/:(\w+)/g, (_, name: string) => this.#value(name, path));
  }

  /** @param route `POST /v1/orders` */
  async bodyOf(route: string): Promise<unknown> {
    return this.#bodies[route]?.();
  }

  #value(name: string, path: string): string {
    const { sku, somebody, orderOf, conversationId } = this.shop;
    switch (name) {
      case 'id':
        if (path.includes('/users/')) return somebody.id;
        if (path.includes('/parked/')) return '1';
        if (path.includes('/conversations/')) return conversationId;
        return path.includes('/sagas/') ? randomUUID() : orderOf(path);
      case 'orderId':
        return orderOf(path);
      case 'sku':
        return sku;
      case 'context':
        return 'orders';
      case 'name':
        if (path.includes('/assets/')) return 'swagger-ui.css';
        return path.includes('/sagas/') ? 'checkout' : 'orders.nothing';
      case 'approvalId':
        return randomUUID();
      case 'action':
        return 'retry';
      case 'move':
        return 'open';
      case 'token':
        return 'x'.repeat(43);
      default:
        return name;
    }
  }
}

const newAddress = (): string => `${randomUUID()}@access.example`;
const newSku = (): string => `B-${randomUUID().slice(0, 8).toUpperCase()}`;
