import {
  anyone,
  command,
  event,
  failure,
  line,
  owner,
  personal,
  query,
  role,
  secret,
  service,
  signedIn,
} from '@isolith/contracts';
import { z } from 'zod';

export const UserId = z.uuid();
export const SessionId = z.uuid();
export const Role = z.enum(['customer', 'support', 'admin']);
export type Role = z.output<typeof Role>;
export const Roles = z.array(Role).min(1).max(3);

/** Kept in lower case; two spellings of one address are one account. */
export const Email = personal(z.email().max(254));
export const PersonName = personal(line(200));
/** A password to be set. Those that anybody would try are refused, too: `WeakPassword`. */
export const NewPassword = secret(z.string().min(8).max(200));
/** A password to be checked: whatever was accepted once must still be, so only its size is bounded. */
export const GivenPassword = secret(z.string().min(1).max(200));

/** A pseudonym of where a request comes from, as the edge gives it; who repeats it may have moved. */
const Origin = secret(z.string().min(1).max(100));

/** `pointer` names the field of the input that the failure is about. */
export class EmailTaken extends failure('users.email-taken', {
  data: z.object({ pointer: z.literal('/email') }),
  status: 409,
  detail: 'There is already an account with this email',
}) {}

export class UserNotFound extends failure('users.user-not-found', {
  data: z.object({ userId: UserId }),
  status: 404,
  detail: ({ userId }) => `There is no user ${userId}`,
}) {}

/** Without an admin nobody could make another one. */
export class LastAdmin extends failure('users.last-admin', {
  status: 409,
  detail: 'This is the last admin; make another one first',
}) {}

/** One answer for an unknown e-mail address and a wrong password. */
export class InvalidCredentials extends failure('users.invalid-credentials', {
  status: 401,
  detail: 'The email or the password is wrong',
}) {}

export class SessionEnded extends failure('users.session-ended', {
  status: 401,
  detail: 'The session has ended; sign in again',
}) {}

/** What changes credentials asks for the password that holds so far: a stolen access token must not be enough. */
export class WrongCurrentPassword extends failure('users.wrong-current-password', {
  data: z.object({ pointer: z.literal('/currentPassword') }),
  status: 401,
  detail: 'A new email or password asks for the current password, and this is not it',
}) {}

/** Why a password is no secret: anybody would try it, or it holds what nobody can type. */
export const Weakness = z.enum(['common', 'repetitive', 'about-you', 'unprintable']);
export type Weakness = z.output<typeof Weakness>;

const WHY: Readonly<Record<Weakness, string>> = {
  common: 'is among the passwords that everybody tries first',
  repetitive: 'is one pattern over and over',
  'about-you': 'is the own name or address',
  unprintable: 'holds control characters',
};

export class WeakPassword extends failure('users.weak-password', {
  data: z.object({ pointer: z.literal('/password'), why: Weakness }),
  status: 422,
  detail: ({ why }) => `The password ${WHY[why]}; choose another`,
}) {}

/** The password was not looked at, be it right or wrong. */
export class TooManyAttempts extends failure('users.too-many-attempts', {
  data: z.object({ retryAfterSeconds: z.int().min(1) }),
  status: 429,
  retryable: true,
  detail: ({ retryAfterSeconds }) =>
    `Too many attempts have failed; the next one may be made in ${retryAfterSeconds} s`,
}) {}

/** Nothing was decided: more passwords wait to be hashed than this host takes on. */
export class PasswordsBusy extends failure('users.passwords-busy', {
  data: z.object({ retryAfterSeconds: z.int().min(1) }),
  status: 503,
  retryable: true,
  detail: 'Too many passwords are being checked at this moment; ask again',
}) {}

/** New accounts are customers. */
export class RegisterUser extends command('users.register-user', {
  input: z.object({ email: Email, password: NewPassword, name: PersonName }),
  output: z.object({ userId: UserId, roles: Roles }),
  failures: [EmailTaken, WeakPassword, PasswordsBusy],
  access: [anyone()],
}) {}

/**
 * Of the user that sends it. A new e-mail address or password needs the current password and the session that it is
 * sent in, which must not have ended. A new password ends all of the user's sessions.
 */
export class UpdateProfile extends command('users.update-profile', {
  input: z.object({
    name: PersonName.optional(),
    email: Email.optional(),
    password: NewPassword.optional(),
    currentPassword: GivenPassword.optional(),
    sessionId: SessionId.optional(),
  }),
  failures: [
    EmailTaken,
    UserNotFound,
    WrongCurrentPassword,
    SessionEnded,
    WeakPassword,
    TooManyAttempts,
    PasswordsBusy,
  ],
  access: [signedIn()],
}) {}

/** By an admin, as the accounts say it now. Ends the user's sessions, so that the roles of before end with them. */
export class ChangeRoles extends command('users.change-roles', {
  input: z.object({ userId: UserId, roles: Roles }),
  failures: [UserNotFound, LastAdmin],
  access: [role('admin')],
}) {}

export const Account = z.object({
  id: UserId,
  email: Email,
  name: PersonName,
  roles: Roles,
  createdAt: z.iso.datetime(),
});
export type Account = z.output<typeof Account>;

/** For the user itself, admins, and notifications, which write to people; anybody else's account is UserNotFound. */
export class GetUser extends query('users.get-user', {
  input: z.object({ userId: UserId }),
  output: Account,
  failures: [UserNotFound],
  access: [owner(), role('admin'), service('notifications')],
}) {}

/** A session starts at generation 1; each refresh raises it by one. Tokens are made at the edge, never here. */
const SessionGrant = z.object({ userId: UserId, roles: Roles, generation: z.int().min(1) });

/**
 * Attempts that fail make the next ones wait longer and longer: by account and place, by place, and by account from
 * places that are none of its owner's. An address without an account counts like one that has one.
 */
export class OpenSession extends command('users.open-session', {
  input: z.object({ email: Email, password: GivenPassword, origin: Origin.optional() }),
  output: SessionGrant.extend({ sessionId: SessionId }),
  failures: [InvalidCredentials, TooManyAttempts, PasswordsBusy],
  access: [anyone()],
}) {}

/** What the edge makes of a grant; `expiresIn` is the life of the access token in seconds. */
export const SessionTokens = z.object({ accessToken: z.string(), expiresIn: z.int(), refreshToken: z.string() });

/**
 * The generation must be the current one, or for a short grace the one before: asked again it answers the same. An
 * older one was used before, so it may be stolen: the session ends.
 */
export class RefreshSession extends command('users.refresh-session', {
  input: z.object({ sessionId: SessionId, generation: z.int().min(1) }),
  output: SessionGrant,
  failures: [SessionEnded],
  access: [anyone()],
}) {}

/** Ends a session of the user that sends it; nothing happens when there is none of that id. */
export class CloseSession extends command('users.close-session', {
  input: z.object({ sessionId: SessionId }),
  access: [signedIn()],
}) {}

/** Used, expired or never given out. */
export class ResetTokenUnknown extends failure('users.reset-token-unknown', {
  status: 404,
  detail: 'This token sets no password; ask for another one',
}) {}

/**
 * Sends the owner of the address a token for a new password, if there is one. The answer is the same, after the same
 * statements; what there is to send is sent behind it. Asked again within a minute it sends nothing more.
 */
export class RequestPasswordReset extends command('users.request-password-reset', {
  input: z.object({ email: Email }),
  access: [anyone()],
}) {}

/** Sets a new password, ends all sessions, and forgets the attempts that failed. A token is good for one. */
export class ResetPassword extends command('users.reset-password', {
  input: z.object({ token: secret(z.string().min(1).max(100)), password: NewPassword }),
  failures: [ResetTokenUnknown, WeakPassword, PasswordsBusy],
  access: [anyone()],
}) {}

export class UserRegistered extends event('users.user-registered', {
  input: z.object({ userId: UserId }),
  key: 'userId',
}) {}

/**
 * Tells all hosts that a session is over, so that its access tokens are, too. It is broadcast and kept nowhere: no
 * subscription takes it.
 */
export class SessionRevoked extends event('users.session-revoked', {
  input: z.object({ sessionId: SessionId }),
  key: 'sessionId',
}) {}

/** What ended lately, in the order of the ids. An id opens nothing, so every host may ask. */
export class ListEndedSessions extends query('users.list-ended-sessions', {
  input: z.object({ withinSeconds: z.int().min(1).max(3_600), after: SessionId.optional() }),
  output: z.object({ sessionIds: z.array(SessionId), more: z.boolean() }),
  access: [anyone(), service()],
}) {}
