// What the API server answers when it says no, and upstream's words for it.
// apimachinery/pkg/api/errors/errors.go.

export type Reason =
  | "Unauthorized"
  | "Forbidden"
  | "NotFound"
  | "AlreadyExists"
  | "Conflict"
  | "Gone"
  | "Expired"
  | "Invalid"
  | "ServerTimeout"
  | "Timeout"
  | "TooManyRequests"
  | "BadRequest"
  | "MethodNotAllowed"
  | "NotAcceptable"
  | "UnsupportedMediaType"
  | "RequestEntityTooLarge"
  | "InternalError"
  | "ServiceUnavailable";

const codes: Readonly<Record<Reason, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  ServerTimeout: 500,
  Timeout: 504,
  TooManyRequests: 429,
  BadRequest: 400,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  UnsupportedMediaType: 415,
  RequestEntityTooLarge: 413,
  InternalError: 500,
  ServiceUnavailable: 503,
};

export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: Record<string, never>;
  status: "Success" | "Failure";
  message?: string;
  reason?: Reason;
  details?: StatusDetails;
  code?: number;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface StatusCause {
  reason: string;
  message: string;
  field?: string;
}

/** The one error of the API: what the server answered. Branch on `reason`, never on the message. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: Status;
  constructor(status: Status) {
    super(status.message);
    this.status = status;
  }
  get reason(): Reason | undefined {
    return this.status.reason;
  }
}

export function isReason(error: unknown, ...reasons: readonly Reason[]): error is StatusError {
  return error instanceof StatusError && reasons.some((reason) => reason === error.reason);
}

export function failure(reason: Reason, message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code: codes[reason],
  });
}

/** `statefulsets.apps`: how error texts name a resource. */
export interface Named {
  readonly group: string;
  readonly plural: string;
}

export const qualified = ({ group, plural }: Named): string =>
  group ? `${plural}.${group}` : plural;

const details = (resource: Named, name: string): StatusDetails => ({
  name,
  ...(resource.group && { group: resource.group }),
  kind: resource.plural,
});

export const notFound = (resource: Named, name: string): StatusError =>
  failure("NotFound", `${qualified(resource)} "${name}" not found`, details(resource, name));

export const alreadyExists = (resource: Named, name: string): StatusError =>
  failure(
    "AlreadyExists",
    `${qualified(resource)} "${name}" already exists`,
    details(resource, name),
  );

export const conflict = (resource: Named, name: string, why: string): StatusError =>
  failure(
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details(resource, name),
  );

export const forbidden = (resource: Named, name: string, why: string): StatusError =>
  failure(
    "Forbidden",
    name
      ? `${qualified(resource)} "${name}" is forbidden: ${why}`
      : `${qualified(resource)} is forbidden: ${why}`,
    details(resource, name),
  );

export const badRequest = (message: string): StatusError => failure("BadRequest", message);

export const internalError = (message: string): StatusError =>
  failure("InternalError", `Internal error occurred: ${message}`);

/** An error that upstream's server passes on as it is, without a reason. */
export const plainFailure = (message: string, code = 500): StatusError =>
  new StatusError({
    ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" },
    message,
    code,
  });
