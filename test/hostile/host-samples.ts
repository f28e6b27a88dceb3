/** What a host says of itself; a pause counts from the last time it was asked. */
export interface HostSample {
  readonly pauseMs: number;
  /** Messages whose sender it could not establish, and what was no envelope. */
  readonly refused: number;
  /** Requests that it has answered, but for those to its metrics. */
  readonly served: number;
}

/** @param token of an operator, or the host's METRICS_TOKEN */
export async function sampleOf(url: string, token: string): Promise<HostSample> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`the host says ${answer.status} of its metrics`);
  const lines = (await answer.text()).split('\n');
  const sum = (of: RegExp): number =>
    lines
      .filter((line) => of.test(line) && !line.includes('"/metrics"'))
      .reduce((all, line) => all + Number(line.split(' ').at(-1)), 0);
  return {
    pauseMs: sum(/^nodejs_eventloop_lag_max_seconds/) * 1_000,
    refused: sum(/^message_(refused_senders|malformed_total)/),
    served: sum(/^service_request_total\{/),
  };
}
