import { z } from 'zod';

const environment = z.object({
  ISOLITH_TEST_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  ISOLITH_TEST_TRANSPORT_URL: z.url({ protocol: /^amqps?$/ }),
});

export interface Services {
  /** A server on which databases may be created and dropped. */
  readonly postgresUrl: string;
  /** A broker of which this account is an administrator. */
  readonly amqpUrl: string;
}

/**
 * The servers that `npm test` or `npm run services -- exec …` brought up.
 * @throws Error in one line when a spec runs without them
 */
export function services(): Services {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(' and ');
    throw new Error(
      `${names}: missing or no URL; run these specs with npm test, or with npm run services -- exec <command>`,
    );
  }
  return { postgresUrl: parsed.data.ISOLITH_TEST_DATABASE_URL, amqpUrl: parsed.data.ISOLITH_TEST_TRANSPORT_URL };
}
