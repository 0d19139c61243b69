// Requests to the API server as kubectl makes them, and its words where none arrives.
// client-go rest/request.go, rest/config.go; kubectl pkg/cmd/util/helpers.go StandardErrorMessage.

import { decodeBase64, encodeBase64 } from "../../../api/base64.ts";
import { readCertificate } from "../../../api/certificate.ts";
import {
  type Certificate,
  isStream,
  type Request,
  type Response,
  type Session,
} from "../../../api/http.ts";
import { isFields } from "../../../api/patch.ts";
import { failure, type Reason, type Status, StatusError } from "../../../api/status.ts";
import { parseDuration } from "../../../api/time.ts";
import { absolute } from "../../../machine/files.ts";
import { NetworkError } from "../../../machine/network.ts";
import type { Process } from "../../../machine/process.ts";
import { CommandError, PlainError } from "../cli/errors.ts";
import { type Settings, textOf } from "./kubeconfig.ts";

/** What to ask; the server's name and who asks are added. */
export interface Ask {
  readonly method: Request["method"];
  readonly path: string;
  readonly query?: Request["query"];
  readonly headers?: Request["headers"];
  readonly body?: object | string;
  readonly signal?: AbortSignal;
}

export interface ConnectionOptions {
  readonly process: Process;
  readonly settings: Settings;
  readonly userAgent: string;
  /** `--request-timeout`: empty or a duration. */
  readonly timeout: string;
  /** Called with each warning that the server sends along. */
  warn(text: string): void;
}

export class Connection {
  readonly #options: ConnectionOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #certificate: Certificate | undefined;
  /** `https://10.0.0.1:6443`, without a slash at the end. */
  readonly url: string;
  /** `10.0.0.1:6443`. */
  readonly host: string;
  readonly #address: { readonly host: string; readonly port: number; readonly secure: boolean };
  readonly #prefix: string;

  constructor(options: ConnectionOptions) {
    const { process, settings, userAgent } = options;
    const [, scheme = "", host = "", port, prefix = ""] =
      /^(https?:\/\/)?(\[[^\]]*\]|[^/:]+)(?::(\d+))?(\/.*)?$/.exec(settings.server) ?? [];
    const secure = scheme === "https://";
    this.#options = options;
    this.url = `${scheme || "http://"}${host}${port ? `:${port}` : ""}${prefix}`.replace(/\/$/, "");
    this.host = port ? `${host}:${port}` : host;
    this.#address = { host, port: Number(port ?? (secure ? 443 : 80)), secure };
    this.#prefix = prefix.replace(/\/$/, "");
    this.#certificate = secure ? certificateOf(process, settings.user) : undefined;
    this.#headers = { "user-agent": userAgent, ...credentials(process, settings.user, secure) };
  }

  /** Sends it. Throws `StatusError` for an answer that says no, `PlainError` if there is none. */
  async send(ask: Ask): Promise<Response> {
    const response = await this.#answer(ask);
    if (response.status >= 400) throw statusError(response);
    return response;
  }

  /** Takes the connection over; resolves to the exit code of what is at its other end. */
  async join(ask: Ask, session: Session): Promise<number> {
    const response = await this.#answer(ask);
    if (response.upgrade) return response.upgrade(session);
    const { body, status } = response;
    if (isStatus(body) || status < 400) throw statusError(response);
    const why = typeof body === "string" ? body.trim() : "";
    throw new CommandError(`unable to upgrade connection: ${why}`);
  }

  async #answer(ask: Ask): Promise<Response> {
    const { process, timeout } = this.#options;
    const certificate = this.#certificate;
    const timeoutMs = timeout === "" ? 0 : (parseDuration(timeout) ?? Number(timeout) * 1000);
    try {
      const response = await process.network.request(
        { ...this.#address, ...(timeoutMs > 0 && { connectTimeoutMs: timeoutMs }) },
        {
          method: ask.method,
          path: this.#prefix + ask.path,
          query: ask.query ?? {},
          headers: { accept: "application/json", ...this.#headers, ...ask.headers },
          ...(ask.body !== undefined && { body: ask.body }),
          ...(ask.signal && { signal: ask.signal }),
          ...(certificate && { certificate }),
        },
      );
      for (const text of warningsOf(response)) this.#options.warn(text);
      return response;
    } catch (error) {
      if (error instanceof NetworkError) throw this.#unreachable(error, timeoutMs > 0);
      throw error;
    }
  }

  /** The object that the server answers with. */
  async object<T extends object>(ask: Ask): Promise<T> {
    const { body } = await this.send(ask);
    if (typeof body === "string") return JSON.parse(body) as T;
    if (isStream(body)) throw new CommandError("the server answered with a stream");
    return body as T;
  }

  #unreachable(error: NetworkError, limited: boolean): CommandError {
    const { remote } = error;
    const address = remote ? `${remote.address}:${remote.port}` : this.host;
    switch (error.code) {
      case "ECONNREFUSED":
        return new PlainError(
          `The connection to the server ${this.host} was refused - did you specify the right host or port?`,
        );
      case "ENOTFOUND":
        return unable(`dial tcp: lookup ${this.#address.host}: no such host`);
      case "EAGAIN":
        return unable(`dial tcp: lookup ${this.#address.host}: server misbehaving`);
      case "EHOSTUNREACH":
        return unable(`dial tcp ${address}: connect: no route to host`);
      case "ECONNRESET":
        return unable(`read tcp ${address}: read: connection reset by peer`);
      case "EPROTO":
        return unable("http: server gave HTTP response to HTTPS client");
      case "ETIMEDOUT":
        return limited
          ? unable(
              "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
            )
          : unable(`dial tcp ${address}: i/o timeout`);
      default:
        return unable(error.message);
    }
  }
}

const unable = (why: string) => new PlainError(`Unable to connect to the server: ${why}`);

/** `299 - "some text"`, several in one header. */
function warningsOf({ headers }: Response): string[] {
  const header = headers["warning"];
  if (header === undefined) return [];
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replace(/\\(.)/g, "$1"),
  );
}

const reasons: Readonly<Record<number, readonly [reason: Reason, message: string]>> = {
  400: ["BadRequest", "the server rejected our request for an unknown reason"],
  401: ["Unauthorized", "the server has asked for the client to provide credentials"],
  403: ["Forbidden", "unknown"],
  404: ["NotFound", "the server could not find the requested resource"],
  405: ["MethodNotAllowed", "the server does not allow this method on the requested resource"],
  503: ["ServiceUnavailable", "the server is currently unable to handle the request"],
};

const isStatus = (object: unknown): object is Status =>
  isFields(object) && object["kind"] === "Status";

/** The server's own words, or client-go's where it has none. */
function statusError({ status, body }: Response): StatusError {
  const object: unknown =
    typeof body === "string" && body.startsWith("{") ? JSON.parse(body) : body;
  if (isStatus(object)) return new StatusError(object);
  const said = typeof body === "string" ? body.trim() : "";
  const [reason, message] = reasons[status] ?? [
    "InternalError",
    `an error on the server (${JSON.stringify(said || "unknown")}) has prevented the request from succeeding`,
  ];
  return failure(reason, message);
}

function certificateOf(process: Process, user: Settings["user"]): Certificate | undefined {
  const data = textOf(user["client-certificate-data"]);
  const file = textOf(user["client-certificate"]);
  if (data !== "") return readCertificate(decodeBase64(data) ?? "");
  if (file === "") return undefined;
  const path = absolute(process.cwd, file);
  if (!process.files.kind(path)) {
    throw new PlainError(
      `Error in configuration: unable to read client-cert ${path} for  due to open ${path}: no such file or directory`,
    );
  }
  return readCertificate(process.files.read(path));
}

function credentials(
  process: Process,
  user: Settings["user"],
  secure: boolean,
): Record<string, string> {
  const as = textOf(user["as"]);
  const groups = user["as-groups"];
  const impersonation: Record<string, string> = {
    ...(as !== "" && { "impersonate-user": as }),
    ...(Array.isArray(groups) && groups.length > 0 && { "impersonate-group": groups.join(",") }),
  };
  if (!secure) return impersonation;
  const file = textOf(user["tokenFile"]);
  const token = file !== "" ? process.files.read(file).trim() : textOf(user["token"]);
  const name = textOf(user["username"]);
  if (token !== "") return { ...impersonation, authorization: `Bearer ${token}` };
  if (name === "") return impersonation;
  const basic = encodeBase64(`${name}:${textOf(user["password"])}`);
  return { ...impersonation, authorization: `Basic ${basic}` };
}
