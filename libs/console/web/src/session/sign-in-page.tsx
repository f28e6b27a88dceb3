import type { JSX } from 'preact';
import { Dialog } from '../parts/dialog.js';
import { SignInForm } from './sign-in-form.js';
import type { Config } from '../api/answers/config.js';
import type { Session } from './session.js';
import type { SignIn } from './sign-in.js';

interface Properties {
  readonly config: Config;
  readonly session: Session;
  readonly signIn: SignIn;
  readonly failed?: unknown;
}

export function SignInPage(properties: Properties): JSX.Element {
  return (
    <main class="alone">
      <h1>{properties.config.application}</h1>
      <p class="quiet">Console for operators</p>
      <SignInForm {...properties} />
    </main>
  );
}

/** Over the page that somebody was at, which stays as it is. */
export function SignInAgain(properties: Properties): JSX.Element {
  return (
    <Dialog title="Sign in again" onClose={() => properties.session.signOut()}>
      <p>
        Your session has ended. The page behind stays as it is; what you were doing goes on when you have signed in.
      </p>
      <SignInForm {...properties} />
      <div class="buttons">
        <button type="button" class="plain" onClick={() => properties.session.signOut()}>
          Sign out
        </button>
      </div>
    </Dialog>
  );
}
