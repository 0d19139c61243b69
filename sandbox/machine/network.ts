// The network as programs see it, and the wire that joins machines. This file is the contract;
// fabric.ts carries, resolver.ts finds names, http-codec.ts speaks HTTP over text connections.
// differs: no packets, no TLS: connections of text, HTTP and DNS as messages.

import { type Handler, type Request, type Response, Unreachable } from "../api/http.ts";
import type { FileSystem } from "./files.ts";
import type { Reader } from "./process.ts";
import type { Owner } from "./streams.ts";

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a process sees of the network. Its listeners and connections end with it. */
export interface Network {
  /** Own addresses, the loopback not counted. */
  readonly addresses: readonly string[];
  /** Opens a connection; `host` is a name or an address. Rejects with `NetworkError`. */
  dial(host: string, port: number, options?: DialOptions): Promise<Connection>;
  /** Takes connections. Throws EADDRINUSE if the port is taken. */
  listen(port: number, accept: (connection: Connection) => void, options?: ListenOptions): Listener;
  /** Answers HTTP requests on a port; a plain connection to it is spoken to in HTTP/1.1. */
  serve(port: number, handler: Server, options?: ListenOptions): Listener;
  /** Sends a request and waits for the head of the answer. Rejects with `NetworkError`. */
  request(to: Target, request: Request): Promise<Response>;
  /** Answers DNS queries on port 53. */
  serveDns(answer: (question: Question, from: string) => DnsAnswer | Promise<DnsAnswer>): Listener;
  /** Asks a name server, by its address. Rejects with ETIMEDOUT or ECONNREFUSED. */
  query(server: string, question: Question, options?: DialOptions): Promise<DnsAnswer>;
  /** Addresses of a name: an address itself, /etc/hosts, then DNS as /etc/resolv.conf says. */
  lookup(name: string): Promise<readonly string[]>;
  /** Sends an echo request; resolves to the time of the round trip in milliseconds. */
  ping(
    host: string,
    options?: DialOptions,
  ): Promise<{ readonly address: string; readonly ms: number }>;
}

/** A `Handler` that may also want to know the address that the request comes from. */
export type Server = (request: Request, from: string) => ReturnType<Handler>;

export interface DialOptions {
  /** Gives up with ETIMEDOUT; otherwise when TCP itself would. */
  readonly timeoutMs?: number;
  /** Both ends notice a cut after so long: what probes on the connection would find. */
  readonly keepAliveMs?: number;
  readonly signal?: AbortSignal;
}

export interface ListenOptions {
  /** Only on this address: `127.0.0.1`. */
  readonly address?: string;
  /** Speaks TLS: plain HTTP to it is refused, and TLS to a plain port fails. */
  readonly secure?: boolean;
}

/** Whom a request goes to. */
export interface Target {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** https. */
  readonly secure?: boolean;
  /** How long the connection may take. */
  readonly connectTimeoutMs?: number;
}

export interface Listener {
  readonly port: number;
  close(): void;
}

/** One end of a stream of text in both directions. */
export interface Connection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** What the other end writes; reading throws `NetworkError` when the connection breaks. */
  readonly input: Reader;
  /** Resolves when there is room for more. Throws EPIPE when the other end is gone. */
  write(text: string): Promise<void>;
  /** No more will be written; reading goes on. */
  end(): void;
  close(): void;
}

export type RecordType =
  | "A"
  | "AAAA"
  | "CNAME"
  | "PTR"
  | "SRV"
  | "NS"
  | "SOA"
  | "TXT"
  | "MX"
  | "ANY";

export interface Question {
  /** Without a dot at the end. */
  readonly name: string;
  readonly type: RecordType;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly ttl: number;
  /** As `dig` prints it: `10.0.0.1`, `10 50 80 web-0.nginx.default.svc.cluster.local.` */
  readonly data: string;
}

export interface DnsAnswer {
  readonly code: "NOERROR" | "NXDOMAIN" | "SERVFAIL" | "REFUSED" | "NOTIMP";
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority?: readonly DnsRecord[];
  readonly additional?: readonly DnsRecord[];
}

/**
 * The wire of one cluster. Places are what can be cut off from each other: each machine is one, and
 * a pod is in the place of its node.
 */
export interface Fabric {
  /** Plugs in an adapter. Its addresses must be free. */
  attach(options: AdapterOptions): Adapter;
  /** Nothing passes between the two places any more, in either direction. */
  cut(place: string, other: string): void;
  heal(place: string, other: string): void;
  /** Cuts a place off from all others, or takes that back. */
  isolate(place: string): void;
  rejoin(place: string): void;
  /** True if something sent now would arrive. */
  passes(place: string, other: string): boolean;
  /** Who has this address. */
  find(address: string): Adapter | undefined;
  /** One way, in virtual milliseconds; 0 unless set. */
  latencyMs: number;
}

export interface AdapterOptions {
  readonly addresses: readonly string[];
  readonly place: string;
  /** The node's adapter, for a pod's: its rewrites hold for the pod too. */
  readonly through?: Adapter;
}

/** A network card: of a machine, or of a pod, where all its containers share it. */
export interface Adapter {
  readonly addresses: readonly string[];
  readonly place: string;
  /** The network for one process (or one piece of the host's own code). */
  open(options: OpenOptions): OpenNetwork;
  /**
   * Asked for each new connection and DNS query that leaves here, and for those that arrive from
   * outside: where it goes instead. `refuse` is an ICMP reject. Returns how to take it back.
   */
  rewrite(rule: Rewrite): () => void;
  /** Address or line added later. */
  add(address: string): void;
  /** Unplugs: listeners are gone, connections of others to here break without a word. */
  detach(): void;
}

export interface OpenOptions {
  /** Where /etc/hosts and /etc/resolv.conf are read. */
  readonly files: FileSystem;
  /** The process whose reading and writing of connections can be interrupted. */
  readonly owner?: Owner;
}

export interface OpenNetwork extends Network {
  /** Closes all that was opened through it: the other ends read the end, or ECONNRESET. */
  close(): void;
}

export type Rewrite = (traffic: Traffic) => Endpoint | "refuse" | undefined;

export interface Traffic {
  readonly protocol: "tcp" | "udp";
  readonly source: string;
  readonly destination: Endpoint;
  /** True if it comes from outside this adapter. */
  readonly arriving: boolean;
}

export const networkErrors = {
  EADDRINUSE: "Address already in use",
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  EHOSTUNREACH: "No route to host",
  ENOTFOUND: "Name or service not known",
  /** The name server did not answer, or could not. */
  EAGAIN: "Temporary failure in name resolution",
  EPIPE: "Broken pipe",
  /** TLS on one side only. */
  EPROTO: "Protocol error",
  ETIMEDOUT: "Connection timed out",
} as const;

export type NetworkErrorCode = keyof typeof networkErrors;

/**
 * The network refused; `message` is strerror's (or gai_strerror's), for the program to put in its
 * words.
 */
export class NetworkError extends Unreachable {
  override readonly name = "NetworkError";
  readonly code: NetworkErrorCode;
  /** Whom it was about: a name, or address and port. */
  readonly about: string;
  /** The address and port that was tried, once the name was known. */
  readonly remote: Endpoint | undefined;
  constructor(code: NetworkErrorCode, about: string, remote?: Endpoint) {
    super(networkErrors[code]);
    this.code = code;
    this.about = about;
    this.remote = remote;
  }
}

/** Nobody listens there. */
export function refused(remote: Endpoint): NetworkError {
  return new NetworkError("ECONNREFUSED", `${remote.address}:${remote.port}`, remote);
}
