import { z } from 'zod';

const one = z.url({ protocol: /^amqps?$/ });

/**
 * One broker URL, or those of several nodes with commas between. Which of several is wrong is said by its place: it may
 * hold a password.
 */
export const brokerUrls = z.string().superRefine((urls, context) => {
  const all = urls.split(',').map((url) => url.trim());
  for (const [place, url] of all.entries()) {
    if (one.safeParse(url).success) continue;
    if (all.length === 1) context.addIssue({ code: 'invalid_format', format: 'url' });
    else context.addIssue({ code: 'custom', message: `address ${place + 1} of ${all.length} is none` });
  }
});
