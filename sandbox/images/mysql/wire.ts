// What client and server say to each other: one line of JSON for each message.
// differs: the protocol of MySQL is binary; connections here carry text.

import type { Connection } from "../../machine/network.ts";
import type { Outcome } from "./engine/session.ts";

export interface Greeting {
  readonly version: string;
  readonly id: number;
  readonly salt: string;
}

export interface Login {
  readonly user: string;
  readonly proof: string;
  readonly database?: string;
}

export type Request =
  | { readonly query: string }
  | { readonly use: string }
  | { readonly quit: true };

export interface Failure {
  readonly code: number;
  readonly state: string;
  readonly message: string;
}

export type Reply =
  | { readonly outcome: Outcome }
  | { readonly error: Failure }
  | { readonly accepted: true };

export const send = (connection: Connection, message: object): Promise<void> =>
  connection.write(`${JSON.stringify(message)}\n`);

/** The next message; undefined when the other end has gone. */
export async function receive<T>(connection: Connection): Promise<T | undefined> {
  const line = await connection.input.readLine();
  if (line === undefined || !line.endsWith("\n")) return undefined;
  return JSON.parse(line) as T;
}

/** A socket of a machine is a port of its loopback, which the socket's file names. */
export const socketText = (port: number): string => `unix:${port}\n`;

export const socketPort = (text: string): number | undefined => {
  const [, port] = /^unix:(\d+)/.exec(text) ?? [];
  return port === undefined ? undefined : Number(port);
};
