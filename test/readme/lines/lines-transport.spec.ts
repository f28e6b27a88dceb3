import { describe, it } from '@jest/globals';
import { describeTransport, type OpenTransport } from '@isolith/message-bus/testing';
import { LinesTransport, type Directory } from './lines-transport.js';

async function open(): Promise<OpenTransport> {
  const directory: Directory = new Map();
  const transport = await LinesTransport.open(directory);
  const others: LinesTransport[] = [];
  return {
    transport,
    another: async () => {
      const other = await LinesTransport.open(directory);
      others.push(other);
      return other;
    },
    close: async () => void (await Promise.all([transport, ...others].map((host) => host.close()))),
  };
}

describeTransport('LinesTransport', { open }, { deviations: [] }, { describe, it });
