import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What is smaller fits into a packet or a few, and is not worth the time. */
const SMALLEST_BYTES = 4_096;
/** Answers are made anew each time: the last tenth of their size costs several times as long. */
const BROTLI_QUALITY = 4;

/**
 * Answers of 4 KiB and more are compressed for who takes that (`Accept-Encoding`: Brotli, gzip), away from the event
 * loop; streams of events are not. Bodies of requests are read as they are: a content coding stays a 415. Before the
 * application initialises.
 */
export async function compressAnswers(app: NestFastifyApplication): Promise<void> {
  await app.register(compress, {
    threshold: SMALLEST_BYTES,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
    globalDecompression: false,
  });
}
