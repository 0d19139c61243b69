// A client's way to the server: by the socket or over the network, and the login.
// sql-common/client.c.

import { type Connection, NetworkError } from "../../../machine/network.ts";
import type { Process } from "../../../machine/process.ts";
import { passwordHash, proofOf } from "../engine/accounts.ts";
import type { Outcome } from "../engine/session.ts";
import {
  type Failure,
  type Greeting,
  type Login,
  type Reply,
  type Request,
  receive,
  send,
  socketPort,
} from "../wire.ts";

export interface Where {
  /** Undefined: the socket. */
  readonly host: string | undefined;
  readonly port: number;
  readonly socket: string;
  readonly user: string;
  readonly password: string;
  readonly database: string | undefined;
}

/** `ERROR 2003 (HY000): …`; `state` is undefined where the client itself gives none. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: number;
  readonly state: string;

  constructor({ code, state, message }: Failure) {
    super(message);
    this.code = code;
    this.state = state;
  }
}

const own = (code: number, message: string): ClientError =>
  new ClientError({ code, state: "HY000", message });

const errno: Readonly<Record<string, number>> = {
  ECONNREFUSED: 111,
  ETIMEDOUT: 110,
  EHOSTUNREACH: 113,
  ECONNRESET: 104,
};

async function dial(process: Process, { host, port, socket }: Where): Promise<Connection> {
  const { network, files } = process;
  if (host === undefined) {
    const local = files.kind(socket) === "file" ? socketPort(files.read(socket)) : undefined;
    const failed = (reason: number) =>
      own(2002, `Can't connect to local MySQL server through socket '${socket}' (${reason})`);
    if (local === undefined) throw failed(2);
    try {
      return await network.dial("127.0.0.1", local);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw failed(111);
    }
  }
  try {
    return await network.dial(host, port);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.code === "ENOTFOUND" || error.code === "EAGAIN") {
      throw own(2005, `Unknown MySQL server host '${host}' (${error.code === "EAGAIN" ? 2 : 0})`);
    }
    throw own(2003, `Can't connect to MySQL server on '${host}' (${errno[error.code] ?? 5})`);
  }
}

export class Server {
  readonly greeting: Greeting;
  readonly #connection: Connection;

  constructor(connection: Connection, greeting: Greeting) {
    this.#connection = connection;
    this.greeting = greeting;
  }

  /** Throws ClientError. */
  async ask(request: Request): Promise<Outcome> {
    let reply: Reply | undefined;
    try {
      await send(this.#connection, request);
      reply = await receive<Reply>(this.#connection);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      if (error.code === "EPIPE") throw own(2006, "MySQL server has gone away");
    }
    if (!reply) throw own(2013, "Lost connection to MySQL server during query");
    if ("error" in reply) throw new ClientError(reply.error);
    if ("outcome" in reply) return reply.outcome;
    throw own(2027, "Malformed packet");
  }

  close(): void {
    this.#connection.close();
  }
}

/** Throws ClientError. */
export async function connect(process: Process, where: Where): Promise<Server> {
  const connection = await dial(process, where);
  const lost = own(
    2013,
    "Lost connection to MySQL server at 'reading initial communication packet', system error: 0",
  );
  try {
    const greeting = await receive<Greeting>(connection);
    if (!greeting) throw lost;
    const { user, password, database } = where;
    const login: Login = {
      user,
      proof: proofOf(passwordHash(password), greeting.salt),
      ...(database !== undefined && { database }),
    };
    await send(connection, login);
    const reply = await receive<Reply>(connection);
    if (!reply) throw lost;
    if ("error" in reply) throw new ClientError(reply.error);
    return new Server(connection, greeting);
  } catch (error) {
    connection.close();
    if (error instanceof NetworkError || error instanceof SyntaxError) throw lost;
    throw error;
  }
}
