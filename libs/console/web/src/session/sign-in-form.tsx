import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { Config } from '../api/answers/config.js';
import { WhyNot } from '../parts/act-dialog.js';
import { linkIn } from './sign-in-link.js';
import type { SignIn } from './sign-in.js';
import type { Session, Token } from './session.js';

interface Properties {
  readonly config: Config;
  readonly session: Session;
  readonly signIn: SignIn;
  /** Why the link of the address did not do. */
  readonly failed?: unknown;
}

/** By email and password where the application has a sign-in, or by a link that the host has printed. */
export function SignInForm({ config, session, signIn, failed: before }: Properties): JSX.Element {
  const [failed, setFailed] = useState<unknown>(before);
  const [isBusy, setBusy] = useState(false);
  const tryTo = async (obtain: () => Promise<Token>): Promise<void> => {
    setBusy(true);
    setFailed(undefined);
    try {
      session.signIn(await obtain());
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const { signIn: by } = config;
  return (
    <div class="sign-in">
      {failed !== undefined && <WhyNot error={failed} />}
      {by !== undefined && (
        <PasswordForm
          isBusy={isBusy}
          submit={(email, password) => tryTo(() => signIn.byPassword(by, email, password))}
        />
      )}
      <LinkForm isBusy={isBusy} submit={(link) => tryTo(() => signIn.byLink(link))} />
    </div>
  );
}

function PasswordForm({
  isBusy,
  submit,
}: {
  readonly isBusy: boolean;
  readonly submit: (email: string, password: string) => Promise<void>;
}): JSX.Element {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const id = useId();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit(email, password);
      }}
    >
      <div class="field">
        <label for={`${id}-email`}>Email</label>
        <input
          id={`${id}-email`}
          type="email"
          required
          autocomplete="username"
          autofocus
          value={email}
          onInput={({ currentTarget }) => setEmail(currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-password`}>Password</label>
        <input
          id={`${id}-password`}
          type="password"
          required
          autocomplete="current-password"
          value={password}
          onInput={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </div>
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={isBusy}>
          Sign in
        </button>
      </div>
    </form>
  );
}

function LinkForm({
  isBusy,
  submit,
}: {
  readonly isBusy: boolean;
  readonly submit: (link: string) => Promise<void>;
}): JSX.Element {
  const [link, setLink] = useState('');
  const id = useId();
  const found = linkIn(link.slice(Math.max(0, link.indexOf('#'))));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && found !== undefined) void submit(found);
      }}
    >
      <div class="field">
        <label for={id}>Sign-in link</label>
        <input
          id={id}
          required
          autocomplete="off"
          spellcheck={false}
          value={link}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => setLink(currentTarget.value)}
        />
        <p class="hint" id={`${id}-hint`}>
          {link !== '' && found === undefined
            ? 'This is no sign-in link: it ends with #link= and letters.'
            : 'The host prints one when it starts. It works once, for ten minutes.'}
        </p>
      </div>
      <div class="buttons">
        <button type="submit" aria-disabled={isBusy || found === undefined}>
          Sign in with the link
        </button>
      </div>
    </form>
  );
}
