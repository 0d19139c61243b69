// What servers can be asked for. Reads and writes alike are answered by the leader, unless a read
// may be stale. Upstream: hashicorp/consul agent/consul *_endpoint.go.

import { RpcError } from "./link.ts";
import type { Server } from "./server.ts";
import type { CatalogNode, Command, Pair } from "./state.ts";

export interface Endpoint {
  /** It may be asked twice. */
  readonly isRead: boolean;
  run(server: Server, args: unknown): unknown;
}

/** An answer with the index that it is true for. */
export interface Indexed<T> {
  readonly index: number;
  readonly data: T;
}

export interface RaftServer {
  readonly id: string;
  readonly node: string;
  readonly address: string;
  readonly isLeader: boolean;
  readonly isVoter: boolean;
  readonly lastIndex: number;
}

interface KeyArgs {
  readonly key: string;
}

const read = <A>(run: (server: Server, args: A) => unknown): Endpoint => ({
  isRead: true,
  run: (server, args) => run(server, args as A),
});

export const endpoints: Readonly<Record<string, Endpoint>> = {
  "KVS.Apply": {
    isRead: false,
    run: ({ raft }, command) => raft.apply(command as Command),
  },
  "Catalog.Register": {
    isRead: false,
    run: ({ raft }, command) => raft.apply(command as Command),
  },
  "KVS.Get": read(({ state }, { key }: KeyArgs): Indexed<readonly Pair[]> => {
    const pair = state.pair(key);
    return { index: pair?.modified ?? state.keysIndex, data: pair ? [pair] : [] };
  }),
  "KVS.List": read(({ state }, { key }: KeyArgs): Indexed<readonly Pair[]> => {
    const data = state.pairs(key);
    const newest = Math.max(...data.map(({ modified }) => modified));
    return { index: data.length > 0 ? newest : state.keysIndex, data };
  }),
  "Catalog.ListNodes": read(
    ({ state }): Indexed<readonly CatalogNode[]> => ({
      index: state.nodesIndex,
      data: state.nodes,
    }),
  ),
  "Operator.RaftGetConfiguration": read(
    ({ raft, serf }): Indexed<readonly RaftServer[]> => ({
      index: raft.commitIndex,
      data: raft.peers.map(({ id, address, isVoter }) => ({
        ...{ id, address, isVoter, isLeader: raft.leader?.id === id },
        node: serf.members.find(({ tags }) => tags["id"] === id)?.name ?? "(unknown)",
        lastIndex: raft.matchOf(id),
      })),
    }),
  ),
  "Operator.RaftRemovePeer": {
    isRead: false,
    async run({ raft, log }, args) {
      const { id, address } = args as { readonly id?: string; readonly address?: string };
      const peer = raft.peers.find((each) => each.id === id || each.address === address);
      if (!peer) {
        const who = id === undefined ? `address "${address}"` : `id "${id}"`;
        throw new RpcError(`${who} was not found in the Raft configuration`);
      }
      await raft.change("RemoveServer", peer);
      log.warn("Removed Raft peer", { peer: peer.address });
    },
  },
  "Operator.TransferLeader": {
    isRead: false,
    run: ({ raft }) => raft.transfer(),
  },
  "Status.Leader": read(({ raft }) => raft.leader?.address ?? ""),
  "Status.Peers": read(({ raft }) => raft.peers.map(({ address }) => address)),
};
