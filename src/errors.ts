// The few things that can go wrong on purpose. `code` is stable; the status is mapped once, in `app.ts`.

export abstract class UbahDataError extends Error {
  abstract readonly code: string;
}

/** The request is not a genuine one of Twilio: 403, with nothing stored and nothing said. */
export class ForgedRequestError extends UbahDataError {
  readonly code = 'forged_request';
}

/** A genuine request in a shape that we refuse: 400. */
export class MalformedRequestError extends UbahDataError {
  readonly code = 'malformed_request';
}

/** A store is away or too slow, so nothing may be acknowledged: 503. */
export class UnavailableError extends UbahDataError {
  readonly code = 'unavailable';
  readonly dependency: 'redis' | 'postgres' | 'directory' | 'twilio' | 'smtp' | 'oidc';
  constructor(dependency: UnavailableError['dependency'], options?: ErrorOptions) {
    super(`${dependency} is unavailable`, options);
    this.dependency = dependency;
  }
}

/** A participant has as many new values that others have, or that nobody has judged yet, as a day allows. */
export class ChangeLimitedError extends UbahDataError {
  readonly code = 'change_limited';
  readonly until: Date;
  constructor(until: Date) {
    super('no further new value in a day');
    this.until = until;
  }
}

/** As much is being done at once as we can do well: 503, and it may come again. */
export class BusyError extends UbahDataError {
  readonly code = 'busy';
}

/** A setting is missing or malformed; `complaints` has one line for each. */
export class ConfigError extends UbahDataError {
  readonly code = 'config';
  readonly complaints: string[];
  constructor(complaints: string[]) {
    super(complaints.join('\n'));
    this.complaints = complaints;
  }
}

/** A sealed value that no key of ours opens, or that was moved from its place. */
export class SealError extends UbahDataError {
  readonly code = 'seal';
}

/** Somebody may not come into the console, or not by this answer of the identity provider. */
export class SignInRefusedError extends UbahDataError {
  readonly code = 'sign_in_refused';
}
