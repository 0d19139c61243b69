// kubectl port-forward: ports of this machine that lead to ports of a pod.
// pkg/cmd/portforward/portforward.go, client-go tools/portforward/portforward.go.
// differs: localhost is 127.0.0.1 alone; machines have no ::1.

import type { Session } from "../../api/http.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import type { Service, ServicePort } from "../../api/service.ts";
import { type Connection, type Listener, NetworkError } from "../../machine/network.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, expected, usageError } from "./cli/errors.ts";
import { duration, list } from "./cli/flags.ts";
import { byActivity, podOf } from "./pods-of.ts";
import { pathOf } from "./server/rest.ts";

interface Forward {
  /** 0 is any that is free. */
  readonly local: number;
  readonly remote: number;
}

export const portForward = defineCommand({
  name: "port-forward",
  usage: "TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  short: "Forward one or more local ports to a pod",
  examples: [
    "# Listen on ports 5000 and 6000 locally, forwarding data to/from ports 5000 and 6000 in the pod",
    "kubectl port-forward pod/mypod 5000 6000",
    "",
    "# Listen on port 8888 locally, forwarding to 5000 in the pod",
    "kubectl port-forward pod/mypod 8888:5000",
  ],
  completes: "pod",
  flags: [
    list("address", "Addresses to listen on (comma separated).", { value: "localhost" }),
    duration("pod-running-timeout", "How long to wait until at least one pod is running", {
      value: "1m0s",
    }),
  ],
  async run(call) {
    const { kubectl, flags, args, path } = call;
    const [what = "", ...ports] = args;
    if (ports.length === 0) {
      throw usageError(path, "TYPE/NAME and list of ports are required for port-forward");
    }
    const selection = await kubectl.select({ args: [what], defaultType: "pods", namesOnly: true });
    const { infos, error } = await selection.infos();
    if (error) throw error;
    const object = infos[0]?.object;
    if (!object) throw new CommandError("no pod was found");
    const timeoutMs = flags.duration("pod-running-timeout");
    const choice = { order: byActivity, timeoutMs, verb: "cannot attach to" };
    const { pod } = await podOf(kubectl, object, choice);
    const forwards = ports.map((text) => forwardOf(text, object, pod));
    if (pod.status.phase !== "Running") {
      throw new CommandError(
        `unable to forward port because pod is not running. Current status=${pod.status.phase}`,
      );
    }
    await forward(call, pod, forwards);
  },
});

/** `8080`, `8080:80`, `:80`, `8080:http`. */
function forwardOf(text: string, object: KubeObject, pod: Pod): Forward {
  const [first = "", second] = text.split(":");
  const asked = second ?? first;
  const remote =
    object.kind === "Service" ? targetPort(asked, object as Service, pod) : podPort(asked, pod);
  const local = second === undefined ? Number(first) || remote : first === "" ? 0 : Number(first);
  if (!Number.isInteger(local) || local > 65_535) {
    throw new CommandError(
      `error parsing local port '${first}': strconv.ParseUint: parsing ${JSON.stringify(first)}: invalid syntax`,
    );
  }
  if (remote < 1 || remote > 65_535) throw new CommandError("remote port must be > 0");
  return { local, remote };
}

function podPort(text: string, { spec, metadata }: Pod): number {
  if (text === "") throw new CommandError("remote port cannot be empty");
  if (/^\d+$/.test(text)) return Number(text);
  const named = spec.containers
    .flatMap(({ ports = [] }) => ports)
    .find(({ name }) => name === text);
  if (named) return named.containerPort;
  throw new CommandError(`Pod '${metadata.name}' does not have a named port '${text}'`);
}

/** The pod's port behind a service's. */
function targetPort(text: string, { spec, metadata }: Service, pod: Pod): number {
  const ports: readonly ServicePort[] = spec.ports ?? [];
  const found = ports.find(({ name, port }) => name === text || String(port) === text);
  if (!found) {
    throw new CommandError(
      /^\d+$/.test(text)
        ? `Service ${metadata.name} does not have a service port ${text}`
        : `Service '${metadata.name}' does not have a named port '${text}'`,
    );
  }
  if (spec.clusterIP === "None") return found.port;
  const { targetPort: target = found.port } = found;
  return typeof target === "number" ? target || found.port : podPort(target, pod);
}

/** Listens until the process is interrupted, or the pod is gone. */
async function forward(call: Call, pod: Pod, forwards: readonly Forward[]): Promise<void> {
  const { kubectl, flags } = call;
  const { process } = kubectl;
  const lost = Promise.withResolvers<never>();
  const listeners: Listener[] = [];
  for (const { local, remote } of forwards) {
    for (const address of addressesOf(flags.list("address"))) {
      const listener = await listen(call, { local, remote, address }, (connection) => {
        carry(call, pod, { connection, remote }).catch(lost.reject);
      });
      listeners.push(listener);
      await kubectl.out(`Forwarding from ${bracketed(address)}:${listener.port} -> ${remote}\n`);
    }
  }
  try {
    await process.wait(lost.promise);
  } finally {
    for (const listener of listeners) listener.close();
  }
}

const addressesOf = (asked: readonly string[]): string[] =>
  asked.map((address) => (address === "localhost" ? "127.0.0.1" : address));

const bracketed = (address: string): string => (address.includes(":") ? `[${address}]` : address);

async function listen(
  { kubectl }: Call,
  { local, remote, address }: Forward & { readonly address: string },
  accept: (connection: Connection) => void,
): Promise<Listener> {
  const everywhere = address === "0.0.0.0";
  try {
    return kubectl.process.network.listen(local, accept, everywhere ? {} : { address });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const why = `listen tcp4 ${address}:${local}: bind: ${error.message.toLowerCase()}`;
    await kubectl.error(
      `Unable to listen on port ${local}: Listeners failed to create with the following errors: [unable to create listener: Error ${why}]`,
    );
    throw new CommandError(
      `unable to listen on any of the requested ports: [{${local} ${remote}}]`,
    );
  }
}

/** One connection, through the server and the kubelet to the pod. */
async function carry(
  { kubectl }: Call,
  { metadata }: Pod,
  { connection, remote }: { readonly connection: Connection; readonly remote: number },
): Promise<void> {
  const { name, namespace = "" } = metadata;
  await kubectl.out(`Handling connection for ${connection.local.port}\n`);
  const mapping = await kubectl.discovery.find("pods");
  const stopping = new AbortController();
  const session: Session = {
    signal: stopping.signal,
    stdin: piecesOf(connection),
    stdout: (piece) => connection.write(piece),
    stderr: (piece) =>
      kubectl.error(`an error occurred forwarding ${connection.local.port} -> ${remote}: ${piece}`),
  };
  const query = { ports: String(remote) };
  const path = pathOf({ mapping, namespace, name }, "portforward");
  try {
    await kubectl.rest.connection.join(
      { method: "POST", path, query, signal: stopping.signal },
      session,
    );
  } catch (error) {
    if (error instanceof NetworkError) return;
    const { message } = expected(error);
    throw new CommandError(`error upgrading connection: ${message}`);
  } finally {
    connection.close();
    stopping.abort();
  }
}

async function* piecesOf({ input }: Connection): AsyncGenerator<string> {
  for (let piece = await input.read(); piece !== undefined; piece = await input.read()) {
    yield piece;
  }
}
