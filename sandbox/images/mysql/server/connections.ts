// One connection: greeting, login, then statements one by one. sql/conn_handler, sql/auth.

import { type Connection, NetworkError } from "../../../machine/network.ts";
import type { Process } from "../../../machine/process.ts";
import { hex } from "../../../sim/random.ts";
import { denied, proofOf } from "../engine/accounts.ts";
import type { Instance } from "../engine/instance.ts";
import { Session } from "../engine/session.ts";
import { SqlError } from "../sql/errors.ts";
import { type Greeting, type Login, type Reply, type Request, receive, send } from "../wire.ts";
import type { Log } from "./log.ts";

export interface Desk {
  readonly process: Process;
  readonly instance: Instance;
  readonly log: Log;
}

/** How long what writes takes: the disk is told to keep it. */
const FLUSH_MS = 10;

/** Until the client goes. `local`: it came through the socket. */
export async function converse(desk: Desk, connection: Connection, local: boolean): Promise<void> {
  const { instance, log } = desk;
  const id = ++instance.connections;
  let session: Session | undefined;
  try {
    session = await login(desk, connection, { id, local });
    if (session) await serve(desk, connection, session);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (session) {
      const { database = "unconnected", user, host } = session;
      log.note(
        `Aborted connection ${id} to db: '${database}' user: '${user}' host: '${host}' (Got an error reading communication packets)`,
        id,
      );
    }
  } finally {
    session?.end();
    connection.close();
  }
}

interface Caller {
  readonly id: number;
  readonly local: boolean;
}

async function login(
  { process, instance, log }: Desk,
  connection: Connection,
  { id, local }: Caller,
): Promise<Session | undefined> {
  const salt = hex(process.random.stream(`salt ${id}`), 20);
  const greeting: Greeting = { version: instance.release.version, id, salt };
  await send(connection, greeting);
  const asked = await receive<Login>(connection);
  if (!asked) return undefined;
  const { user, proof, database } = asked;
  const host = local ? "localhost" : connection.remote.address;
  try {
    const account = instance.accounts.match(user, host);
    if (!account || proof !== proofOf(instance.accounts.hashOf(account), salt)) {
      const refusal = denied(user, host, proof !== "");
      log.note(refusal.message, id);
      throw refusal;
    }
    const shown = local ? host : `${host}:${connection.remote.port}`;
    const close = () => connection.close();
    const session = new Session(instance, { id, account, user, host: shown, close });
    instance.sessions.set(id, session);
    try {
      if (database !== undefined) session.use(database);
    } catch (error) {
      session.end();
      throw error;
    }
    await send(connection, { accepted: true } satisfies Reply);
    return session;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await send(connection, failed(error));
    return undefined;
  }
}

const failed = ({ code, state, message }: SqlError): Reply => ({ error: { code, state, message } });

async function serve({ process }: Desk, connection: Connection, session: Session): Promise<void> {
  for (;;) {
    const request = await receive<Request>(connection);
    if (!request || "quit" in request) return;
    session.command = "Query";
    session.since = process.clock.now();
    session.running = "query" in request ? request.query : undefined;
    const reply = answer(request, session);
    if (session.pause > 0) await process.sleep(session.pause * 1000);
    if ("outcome" in reply && reply.outcome.kind === "done" && !("use" in request)) {
      await process.sleep(reply.outcome.affected > 0 ? FLUSH_MS : 1);
    }
    session.command = "Sleep";
    session.since = process.clock.now();
    session.running = undefined;
    await send(connection, reply);
  }
}

function answer(request: Request, session: Session): Reply {
  try {
    if ("use" in request) {
      session.use(request.use);
      return { outcome: { kind: "done", affected: 0, database: request.use } };
    }
    return { outcome: session.execute("query" in request ? request.query : "") };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return failed(error);
  }
}
