// The servers that agree on the log, and how their number changes.
// Upstream: hashicorp/raft configuration.go.

import { RpcError } from "./link.ts";

export interface Peer {
  readonly id: string;
  /** With its port. */
  readonly address: string;
  readonly isVoter: boolean;
}

/** Where in the log it was written, and what. */
export interface Configuration {
  readonly index: number;
  readonly peers: readonly Peer[];
}

export type PeerChange = "AddVoter" | "AddNonvoter" | "RemoveServer";

export const votersOf = (peers: readonly Peer[]): readonly Peer[] =>
  peers.filter(({ isVoter }) => isVoter);

/** How many votes are most of them. */
export const quorum = (peers: readonly Peer[]): number =>
  Math.floor(votersOf(peers).length / 2) + 1;

/** `{Voter 8eb7b3b5-… 10.244.1.2:8300}` */
export const peerText = ({ id, address, isVoter }: Peer): string =>
  `{${suffrage(isVoter)} ${id} ${address}}`;

/** `[{Suffrage:Voter ID:8eb7b3b5-… Address:10.244.1.2:8300}]` */
export const serversText = (peers: readonly Peer[]): string => {
  const each = ({ id, address, isVoter }: Peer) =>
    `{Suffrage:${suffrage(isVoter)} ID:${id} Address:${address}}`;
  return `[${peers.map(each).join(" ")}]`;
};

const suffrage = (isVoter: boolean): string => (isVoter ? "Voter" : "Nonvoter");

/** The peers after a change. Throws if nobody could vote any more. */
export function changedPeers(
  peers: readonly Peer[],
  command: PeerChange,
  { id, address }: Omit<Peer, "isVoter">,
): readonly Peer[] {
  if (command === "RemoveServer") {
    const rest = peers.filter((peer) => peer.id !== id);
    if (rest.some(({ isVoter }) => isVoter)) return rest;
    const text = `need at least one voter in configuration: {${serversText(rest)}}`;
    throw new RpcError(text);
  }
  const known = peers.find((peer) => peer.id === id);
  const isVoter = command === "AddVoter" || known?.isVoter === true;
  const peer = { id, address, isVoter };
  return known ? peers.map((each) => (each === known ? peer : each)) : [...peers, peer];
}
