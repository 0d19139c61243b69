// HTTP as the sandbox speaks it: one function from a request to a response. The API server, a
// kubelet, nginx and Consul are all handlers; bodies are objects or text, and only the wire codec
// knows JSON.

/** What answers requests. The API server's is its only door. */
export type Handler = (request: Request) => Promise<Response>;

/** Wraps a handler with one concern of its own. */
export type Filter = (next: Handler) => Handler;

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";

export interface Request {
  readonly method: Method;
  /** Without the query: `/api/v1/namespaces/default/pods`. */
  readonly path: string;
  /** A parameter that is repeated (`command=ls&command=-l`) is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object | string;
  /**
   * The body is a whole typed object that the caller gives away: it is neither decoded nor copied.
   */
  readonly typed?: boolean;
  /** Whom the caller's TLS client certificate names; no header can claim it. */
  readonly certificate?: Certificate;
  /** Aborts when the caller lets go; a stream then ends. */
  readonly signal?: AbortSignal;
  /** When the caller could last be heard, in virtual time; now, unless the wire says otherwise. */
  readonly heard?: () => number;
}

export interface Response {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** One object or text; or a stream of either, for watch and for `logs -f`. */
  readonly body: object | string | AsyncIterable<object> | AsyncIterable<string>;
  /** Set on 101: exec, attach and port-forward take the connection over. */
  readonly upgrade?: (session: Session) => Promise<number>;
}

export interface Certificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** A connection that was taken over: the caller's end of a remote process. */
export interface Session {
  readonly stdin?: AsyncIterable<string>;
  stdout(text: string): Promise<void>;
  stderr(text: string): Promise<void>;
  /** Terminal sizes, as they change; absent if there is no terminal. */
  readonly resizes?: AsyncIterable<{ readonly columns: number; readonly rows: number }>;
  readonly signal: AbortSignal;
}

/** The request did not arrive, or its answer did not: the network's doing, not the server's. */
export class Unreachable extends Error {
  override readonly name: string = "Unreachable";
}

/** The first value of a query parameter. */
export function parameter(request: Request, name: string): string | undefined {
  const value = request.query[name];
  return typeof value === "string" || value === undefined ? value : value[0];
}

/** True if the body comes in pieces. */
export function isStream(
  body: Response["body"],
): body is AsyncIterable<object> | AsyncIterable<string> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

/** The filters around `last`; the first in the list sees the request first. */
export function chain(filters: readonly Filter[], last: Handler): Handler {
  return filters.reduceRight((next, filter) => filter(next), last);
}
