import { Pool } from 'pg';
import { Broker } from './broker.js';
import { declareQueues, serveOrdersContext } from './over-the-broker.js';

/** Orders in a process of their own: `orders-process.ts <database URL> <broker URL>`. Ends with whoever started it. */
const [databaseUrl = '', transportUrl = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
const broker = await Broker.connect(transportUrl);
await declareQueues(broker);
await serveOrdersContext(broker, new Pool({ connectionString: databaseUrl, max: 10 }));
process.send?.('ready');
