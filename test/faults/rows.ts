/** One fault that a trial from outside found, as the example of a kind. */
export interface FaultRow {
  readonly fault: number;
  /** What somebody did, and what came of it. */
  readonly was: string;
  /** What is to come of it. */
  readonly is: string;
  /** Why no test shows it yet. Absent: at least one has to. */
  readonly open?: string;
}

/** All of them, whether mended or not, in groups as they were found. */
export const faultRows: readonly (readonly [group: string, rows: readonly FaultRow[]])[] = [
  [
    'Wrong or lost work',
    [
      {
        fault: 1,
        was: 'A replica with another `AUTH_SECRET` took orders to a final refusal.',
        is: "What it can't verify goes to another replica, and it is not ready, with the reason.",
      },
      {
        fault: 2,
        was: 'Half of the calls met a replica of the version before and failed.',
        is: 'They reach a replica that knows them; old and new run side by side.',
      },
      {
        fault: 3,
        was: "Two installations on one virtual host worked in each other's databases.",
        is: 'The second one is refused at its start, and both are named.',
      },
      {
        fault: 4,
        was: 'After a restore, events got positions that were handed over long ago, and stayed where they were.',
        is: 'Refused at the start with what to do, named while running, and repaired by a command.',
      },
      {
        fault: 5,
        was: 'An error without a message that is a string was told nowhere, and blocked its key.',
        is: 'Telling of an error is total: the event is parked after its attempts, the command fails once.',
      },
      {
        fault: 6,
        was: 'Another `DateStyle` of the database charged orders that nobody could read.',
        is: 'A session is pinned to what parsing rests on.',
      },
      { fault: 7, was: 'A database in `LATIN1` answered some names with 500.', is: 'Refused at the start.' },
      {
        fault: 8,
        was: 'A host whose clock ran 15 s ahead handled nothing, in silence.',
        is: 'It works: what travels is the time that is left.',
      },
      {
        fault: 9,
        was: 'A message beyond a bound of the wire was sent, and sent again.',
        is: 'Who asks is told the bound at once; an event is parked by who receives it.',
      },
      {
        fault: 10,
        was: 'A deleted queue lost what it held, with a lag of 0.',
        is: 'Noticed by the missing effect and handed over again; people can set a subscription back.',
      },
      {
        fault: 11,
        was: 'Policies of the broker dropped messages in silence.',
        is: 'Seen at the start and while running, by name.',
      },
      {
        fault: 12,
        was: 'A primary that became read-only failed calls for a minute while the host was ready.',
        is: 'Broken sessions leave the pool at once; ready asks whether it can write.',
      },
      {
        fault: 13,
        was: 'A confirmed order that was refunded in full was shipped.',
        is: 'It is cancelled, its goods stay, and the customer is told.',
      },
      {
        fault: 14,
        was: 'An event that a subscription states and nobody handles, or the other way round, started.',
        is: 'Refused at the start, in every host.',
      },
      {
        fault: 15,
        was: 'Behind PgBouncer a host refused without a hint, or ended.',
        is: 'Session mode works as it comes; transaction mode works or is refused by name.',
      },
      {
        fault: 16,
        was: 'A password beyond ASCII, or a database named `a/b`, could not be given.',
        is: 'What a URL encodes is decoded once.',
      },
    ],
  ],
  [
    'Security',
    [
      {
        fault: 17,
        was: 'One name of 65,000 letters stopped the process for seconds.',
        is: 'A bound ends the check before any other runs, and patterns are linear.',
      },
      {
        fault: 18,
        was: 'A token outlived its session and changed the password.',
        is: 'What changes credentials asks for the current password and a live session.',
      },
      {
        fault: 19,
        was: 'A role that was taken was given back with the old token; the last admin could step down.',
        is: '401 or 403; 409.',
      },
      {
        fault: 20,
        was: 'Events without a token stopped their whole subscription.',
        is: 'Refused, counted, set aside; others go on.',
      },
      {
        fault: 21,
        was: 'Behind a proxy all clients were one address.',
        is: 'Limits per account and address, of trusted proxies.',
      },
      {
        fault: 22,
        was: 'Sign-ins were not slowed, and slowed everybody else.',
        is: 'Delay and lockout; hashing in a bounded pool.',
      },
      {
        fault: 23,
        was: 'A key that somebody else had used answered with his account.',
        is: 'Keys of strangers are bound to the whole input.',
      },
      {
        fault: 24,
        was: 'The token of one event was accepted on another.',
        is: 'Each message has a proof, which is of all that crosses of it and of nothing else.',
      },
      { fault: 25, was: 'A message of 48 MB ended a small host at each start.', is: 'Set aside unread.' },
      {
        fault: 26,
        was: "A queue that the broker can't serve made all consumers flap.",
        is: 'It has a channel of its own, pauses, and is named in health.',
      },
      {
        fault: 27,
        was: 'Passwords `password`, eight blanks and eight NUL were accepted.',
        is: 'Refused, with why.',
      },
      {
        fault: 28,
        was: 'All contexts used one role of the database.',
        is: 'A role for each, with rights on its own schema, made by a command; a start with one that may do more says so.',
      },
      { fault: 29, was: '`npm start` listened on every address.', is: '127.0.0.1 unless `HOST` says otherwise.' },
    ],
  ],
  [
    'The edge',
    [
      {
        fault: 30,
        was: 'A client that was generated from `/docs-json` threw on two patterns.',
        is: 'Patterns that every engine reads; a validator finds nothing.',
      },
      { fault: 31, was: 'What was enforced was not in the document.', is: 'Both come from one source.' },
      { fault: 32, was: 'A repeated refresh ended the session.', is: 'The same answer for a short grace.' },
      { fault: 33, was: '`DELETE` with a content type and no body was a 400.', is: '204.' },
      { fault: 34, was: 'Bytes that are no UTF-8 became U+FFFD.', is: '415 or 400 that names it.' },
      { fault: 35, was: 'SIGTERM while starting was ignored.', is: 'It ends with 0.' },
      {
        fault: 36,
        was: '`OPTIONS` and `PUT` on a known path were 404.',
        is: '204, or CORS by setting; 405 with `Allow`.',
      },
      {
        fault: 37,
        was: 'Under a path prefix the docs were blank and `Location` was wrong.',
        is: 'Relative links, `servers`, and the prefix of a trusted proxy.',
      },
      {
        fault: 38,
        was: "A `DATA_DIR` that can't be used was an error of the driver.",
        is: 'The variable, the path, and what to do are named.',
      },
      {
        fault: 39,
        was: 'Under a balancer calls were refused right after SIGTERM.',
        is: '`SHUTDOWN_DELAY_MS`: not ready at once, and goes on serving so long.',
      },
      { fault: 40, was: 'A cursor with the year 0 was a 500.', is: '400.' },
      {
        fault: 41,
        was: '`STRASSE` did not find Straße, and a password in its other form was refused.',
        is: 'Found; accepted.',
      },
      { fault: 42, was: 'An address in Hong Kong was refused, one in `ZZ` accepted.', is: 'The other way round.' },
      {
        fault: 43,
        was: 'An aborted upload was an error with a stack; parser-level refusals were no problem documents.',
        is: 'A line at `debug`; problem documents.',
      },
      {
        fault: 44,
        was: '`/actuator` and `/metrics` had no limit; `/docs` kept tokens in the browser.',
        is: 'Limited; nothing is kept.',
      },
      {
        fault: 45,
        was: 'A refusal for an unknown product stayed under its key when the product was there.',
        is: 'A refusal that decided nothing is not kept.',
      },
    ],
  ],
  [
    'Tests that say nothing, and deployment',
    [
      { fault: 46, was: 'Two tests could not fail.', is: 'They can, and the linter looks for others.' },
      {
        fault: 47,
        was: 'Lists of specs for PostgreSQL, kept by hand, had drifted.',
        is: 'The same specs run there, by a rule.',
      },
      { fault: 48, was: 'Docker Engine 20 to 24 refused the Compose file.', is: 'It works there.' },
      {
        fault: 49,
        was: 'The health probe was cut at its first blank by another engine.',
        is: 'The probe is a file of the image.',
      },
      { fault: 50, was: 'Versions of the servers stood in several places.', is: 'One place says them.' },
      { fault: 51, was: 'With one node of three gone no other was tried.', is: 'Several addresses, tried in turn.' },
    ],
  ],
];
