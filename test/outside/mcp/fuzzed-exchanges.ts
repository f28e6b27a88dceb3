/** One POST to the server, with what is wrong with it. */
export interface Exchange {
  readonly what: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What there is to be asked about. */
export interface FuzzedShop {
  readonly tokens: readonly string[];
  readonly sku: string;
  readonly orderId: string;
}

const TODAY = '2026-07-28';
const BEFORE = '2025-11-25';

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "'; DROP TABLE orders; --",
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  [],
  {},
  [[[[[[[[[[]]]]]]]]]],
  { __proto__: { admin: true } },
  { toString: 'no function' },
];

const METHODS = [
  'initialize',
  'server/discover',
  'ping',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'resources/subscribe',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'tasks/list',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'sampling/createMessage',
  'elicitation/create',
  '',
  'no/such',
  '__proto__',
];

/** Messages without end, of which most have something wrong with them; the same for the same random numbers. */
export function* fuzzedExchanges(random: () => number, shop: FuzzedShop): Generator<Exchange, never> {
  const one = <T>(of: readonly T[]): T => {
    const chosen = of[Math.floor(random() * of.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  };
  const wrapped = HOSTILE.map((value) => ({ value }));
  const hostile = (): unknown => one(wrapped).value;
  const maybe = (chance: number): boolean => random() < chance;
  const { sku, orderId } = shop;
  const CALLS = [
    { name: 'products_search-products', arguments: { q: sku, limit: 5 } },
    { name: 'products_get-product', arguments: { sku } },
    { name: 'orders_get-order', arguments: { orderId } },
    { name: 'orders_list-orders', arguments: { limit: 5 } },
    { name: 'orders_cancel-order', arguments: { orderId, idempotencyKey: 'fuzzed' } },
    { name: 'inventory_receive-stock', arguments: { sku, quantity: 1 } },
    { name: 'payments_reconcile', arguments: {} },
  ];
  /** A copy with one place, anywhere in it, that holds something else. */
  const broken = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || maybe(0.2)) return hostile();
    const entries: [string, unknown][] = Object.entries(value);
    if (entries.length === 0 || maybe(0.2))
      return { ...value, [one(['extra', 'approved', '__proto__', 'id'])]: hostile() };
    const [at] = one(entries);
    return Object.fromEntries(
      entries.flatMap(([key, inner]) => (key !== at ? [[key, inner]] : maybe(0.3) ? [] : [[key, broken(inner)]])),
    );
  };
  for (;;) {
    const method = maybe(0.5) ? 'tools/call' : one(METHODS);
    const isModern = maybe(0.5);
    const call = one(CALLS);
    const meta = {
      'io.modelcontextprotocol/protocolVersion': TODAY,
      'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const params = {
      ...(method === 'tools/call' ? call : {}),
      ...(method === 'resources/read' ? { uri: 'isolith://contracts/orders.get-order' } : {}),
      ...(method === 'initialize'
        ? { protocolVersion: BEFORE, capabilities: {}, clientInfo: { name: 'fuzz', version: '1' } }
        : {}),
      ...(isModern ? { _meta: meta } : {}),
    };
    const message = { jsonrpc: '2.0', ...(method.startsWith('notifications/') ? {} : { id: 1 }), method, params };
    const kind = random();
    const headers: Record<string, string> = {
      authorization: `Bearer ${one(shop.tokens)}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': isModern ? TODAY : BEFORE,
      ...(isModern ? { 'mcp-method': method === '' ? 'x' : method } : {}),
      ...(isModern && method === 'tools/call' ? { 'mcp-name': call.name } : {}),
    };
    const text = JSON.stringify(message);
    if (kind < 0.25) yield { what: `${method}, right`, headers, body: text };
    else if (kind < 0.7)
      yield { what: `${method}, one place broken`, headers, body: JSON.stringify(broken(message)) ?? 'null' };
    else if (kind < 0.8)
      yield { what: `${method}, cut`, headers, body: text.slice(0, Math.floor(random() * text.length)) };
    else if (kind < 0.9) {
      const name = one(['accept', 'content-type', 'mcp-protocol-version', 'mcp-method', 'mcp-name', 'mcp-session-id']);
      const value = one(['', 'x', TODAY, 'application/json', 'text/plain', '9999-99-99', 'a'.repeat(2_000)]);
      yield { what: `${method}, another ${name}`, headers: { ...headers, [name]: value }, body: text };
    } else
      yield {
        what: `${method}, hostile arguments`,
        headers,
        body: JSON.stringify({
          ...message,
          params: {
            ...params,
            arguments: { sku: hostile(), orderId: hostile(), limit: hostile(), idempotencyKey: hostile() },
          },
        }),
      };
  }
}
