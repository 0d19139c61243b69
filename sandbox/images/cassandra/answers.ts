// What a node does for the others that ask it over the storage port.
// Upstream: net/MessagingService.java and its verb handlers.

import { RpcError } from "../consul/link.ts";
import { restore } from "./leaving.ts";
import {
  type Asked,
  apply,
  found,
  type Mutation,
  type ReadKey,
  read,
  type StreamOrder,
  scan,
  stream,
} from "./local.ts";
import type { Node } from "./node.ts";
import type { SchemaChange } from "./schema-rows.ts";

export function answer(node: Node, method: string, body: unknown): unknown {
  switch (method) {
    case "mutate":
      for (const mutation of body as readonly Mutation[]) apply(node, mutation);
      return true;
    case "read":
      return read(node, body as ReadKey) ?? null;
    case "scan":
      return scan(node, body as Asked);
    case "pull":
      return node.schemaRows;
    case "schema":
      return node.takeSchema(body as SchemaChange);
    case "stream":
      return stream(node, body as StreamOrder);
    case "restore":
      return restore(node, String(body));
    case "truncate":
      return node.database.truncate(found(node, body as Asked));
    default:
      throw new RpcError(`unknown verb ${method}`);
  }
}
