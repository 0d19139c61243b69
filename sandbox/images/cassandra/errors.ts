// What may go wrong between nodes and when a node starts.

import { RpcError } from "../consul/link.ts";

/** It cannot start; the process ends with it. */
export class StartError extends Error {
  override readonly name = "StartError";
  /** As Java names it. */
  readonly type: string;
  constructor(message: string, type = "org.apache.cassandra.exceptions.ConfigurationException") {
    super(message);
    this.type = type;
  }
}

/** For what may fail without harm. */
export function forgive(error: unknown): undefined {
  if (!(error instanceof RpcError)) throw error;
  return undefined;
}
