// Where clients come in: one session for each connection. Upstream: transport/Server.java.

import { Link } from "../consul/link.ts";
import { Session } from "./cql/session.ts";
import type { Node } from "./node.ts";

export interface Query {
  readonly text: string;
  readonly level: string;
}

/** Returns how to stop. */
export function serveNative(node: Node): () => void {
  const { life, settings, process } = node;
  const { network } = process;
  const links = new Set<Link>();
  const isAll = settings.rpcAddress === "0.0.0.0" || settings.rpcAddress === "";
  const listener = network.listen(
    settings.nativePort,
    (connection) => {
      const session = new Session(node);
      const receive = (method: string, body: unknown) => {
        if (method === "hello") return helloOf(node);
        if (method === "schema") return schemaOf(node);
        const { text, level } = body as Query;
        return session.query(text, level);
      };
      const link = new Link(connection, { life, network, receive });
      links.add(link);
      link.onEnd(() => links.delete(link));
    },
    isAll ? {} : { address: settings.rpcAddress },
  );
  return () => {
    listener.close();
    for (const link of [...links]) link.close();
  };
}

export interface Hello {
  readonly cluster: string;
  readonly dc: string;
  readonly release: string;
  readonly cql: string;
  readonly protocol: string;
  readonly partitioner: string;
}

const helloOf = ({ settings, version }: Node): Hello => ({
  ...{ cluster: settings.cluster, dc: settings.dc, ...version },
  partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
});

/** As a driver knows it: without maps, which do not cross a connection. */
const schemaOf = ({ schema }: Node) =>
  [...schema.values()].map((keyspace) => ({ ...keyspace, tables: [...keyspace.tables.values()] }));
