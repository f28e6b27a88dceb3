/** With acknowledgements, which are not the default; without `noDelay` they would wait for one another. */
export const rmq = (url: string, queue: string, quorum: boolean) => ({
  urls: [url],
  queue,
  noAck: false,
  prefetchCount: 100,
  queueOptions: { durable: true, ...(quorum ? { arguments: { 'x-queue-type': 'quorum' } } : {}) },
  socketOptions: { connectionOptions: { noDelay: true } },
});
