import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { config as configAnswer, type Config } from './api/answers/config.js';
import { Client, readJson } from './api/client.js';
import { NoAnswer, UnreadableAnswer } from './api/problem.js';
import { ConsoleContext } from './console.js';
import { useAnswer } from './lists/use-answer.js';
import { Live } from './live/live.js';
import { Answered } from './parts/asked.js';
import { Notices } from './parts/notices.js';
import { SignIn } from './session/sign-in.js';
import { SignInAgain, SignInPage } from './session/sign-in-page.js';
import type { Session } from './session/session.js';
import { Shell } from './shell/shell.js';
import { useStore } from './store.js';
import type { ThemeChoice } from './theme/theme.js';

interface Properties {
  readonly base: string;
  readonly session: Session;
  readonly theme: ThemeChoice;
  /** Of the address that brought the reader here. */
  readonly link: string | undefined;
}

export function App({ base, ...properties }: Properties): JSX.Element {
  const asked = useAnswer(base, () => configOf(base));
  return <Answered asked={asked}>{(config) => <WithConfig base={base} config={config} {...properties} />}</Answered>;
}

async function configOf(base: string): Promise<Config> {
  const answer = await fetch(new URL('config.json', base), { credentials: 'omit' }).catch(() => {
    throw new NoAnswer();
  });
  const parsed = configAnswer.safeParse(readJson(await answer.text()));
  if (!parsed.success) throw new UnreadableAnswer('config.json', `the host answered ${answer.status}`);
  return parsed.data;
}

function WithConfig({ base, config, session, theme, link }: Properties & { readonly config: Config }): JSX.Element {
  const state = useStore(session.state);
  const signIn = useMemo(() => new SignIn(base), [base]);
  const [byLink, setByLink] = useState<{ isBusy: boolean; failed?: unknown }>({ isBusy: link !== undefined });
  const parts = useMemo(() => {
    const client = new Client(session, base);
    const live = new Live(session, client.actuator('live'));
    return { config, client, session, live, notices: new Notices(), theme };
  }, [config, session, theme, base]);
  useEffect(() => {
    if (link === undefined) return;
    const enter = async (): Promise<void> => {
      try {
        session.signIn(await signIn.byLink(link));
        setByLink({ isBusy: false });
      } catch (error) {
        setByLink({ isBusy: false, failed: error });
      }
    };
    void enter();
  }, [link, session, signIn]);
  if (byLink.isBusy) return <p class="first-paint">Signing in …</p>;
  const form = { config, session, signIn, failed: byLink.failed };
  if (state === 'none') return <SignInPage {...form} />;
  return (
    <ConsoleContext.Provider value={parts}>
      <Shell />
      {state === 'expired' && <SignInAgain config={config} session={session} signIn={signIn} />}
    </ConsoleContext.Provider>
  );
}
