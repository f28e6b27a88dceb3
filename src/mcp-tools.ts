import { approve, type Tool, tools } from '@isolith/agents';
import type { AnyCommandClass, AnyContractClass, AnyQueryClass } from '@isolith/contracts';
import { shop } from './shop.js';

const READ = [
  'products.search-products',
  'products.get-product',
  'orders.get-order',
  'orders.list-orders',
  'notifications.list-notifications',
  'inventory.get-stock',
  'payments.get-payment',
  'payments.reconcile',
  'shipments.get-shipment',
] as const;

/** Each with why a person is asked first. */
const WRITE = {
  'orders.cancel-order': 'an order that is cancelled can only be placed anew',
  'orders.return-order': 'a return can not be called off',
  'payments.request-refund': 'it moves money',
  'shipments.dispatch-shipment': 'goods leave the house',
  'shipments.deliver-shipment': 'it ends the delivery',
  'inventory.receive-stock': 'it changes what can be sold',
} as const;

/** What MCP clients may use of the shop; which of it a user may, the contracts say. */
export function mcpTools(): readonly Tool[] {
  const contracts = new Map<string, AnyContractClass>(
    shop.contexts.flatMap((context) => context.contracts.map((one) => [one.contract.name, one] as const)),
  );
  const named = (name: string): AnyContractClass => {
    const one = contracts.get(name);
    if (one === undefined) throw new Error(`MCP: the shop has no contract ${name}`);
    return one;
  };
  return tools({
    read: READ.map((name) => {
      const one = named(name);
      if (!isQuery(one)) throw new Error(`MCP: ${name} is no query`);
      return one;
    }),
    write: Object.entries(WRITE).map(([name, why]) => {
      const message = named(name);
      if (!isCommand(message)) throw new Error(`MCP: ${name} is no command`);
      return { message, policy: approve(why) };
    }),
  });
}

const isQuery = (one: AnyContractClass): one is AnyQueryClass => one.contract.kind === 'query';
const isCommand = (one: AnyContractClass): one is AnyCommandClass => one.contract.kind === 'command';
