import { render } from 'preact';
import { App } from './app.js';
import { linkIn } from './session/sign-in-link.js';
import { Session } from './session/session.js';
import { ThemeChoice } from './theme/theme.js';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no #app');
const link = linkIn(location.hash);
// A secret stands in no history, and in no address that somebody copies.
if (link !== undefined) history.replaceState(null, '', `${location.pathname}#/`);
const theme = new ThemeChoice(document.documentElement, localStorage);
const base = new URL('.', document.baseURI).href;
render(<App base={base} session={new Session(sessionStorage)} theme={theme} link={link} />, root);
