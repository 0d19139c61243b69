// The kubelet's own HTTP server: where `kubectl logs`, `exec`, `attach` and `port-forward` end up.
// pkg/kubelet/server/server.go.

import {
  type Handler,
  parameter,
  type Request,
  type Response,
  type Session,
} from "../../api/http.ts";
import type { ContainerStatus, PodStatus } from "../../api/pod.ts";
import { internalError } from "../../api/status.ts";
import { parseTime } from "../../api/time.ts";
import { NetworkError } from "../../machine/network.ts";
import { hex } from "../../sim/random.ts";
import { fill } from "../fill.ts";
import { CannotRun, type Container } from "../runtime/container.ts";
import { spelled } from "../runtime/runtime.ts";
import { latest } from "./actions.ts";
import type { Kubelet } from "./kubelet.ts";
import type { PodWorker } from "./worker.ts";

const text = (status: number, body: string): Response => ({
  ...{ status, body },
  headers: { "content-type": "text/plain; charset=utf-8" },
});

export function kubeletHandler(kubelet: Kubelet): Handler {
  return async (request) => {
    const [, verb = "", namespace = "", name = "", container = ""] = request.path.split("/");
    if (verb === "healthz") return text(200, "ok");
    if (verb === "pods") {
      const list = { kind: "PodList", apiVersion: "v1", metadata: {}, items: kubelet.pods };
      return { status: 200, headers: { "content-type": "application/json" }, body: list };
    }
    const answer = verbs[verb];
    if (!answer) return text(404, "404 page not found\n");
    const worker = kubelet.podNamed(namespace, name);
    if (!worker) {
      const about =
        verb === "containerLogs" ? `pod "${name}" does not exist` : "pod does not exist";
      return text(404, about);
    }
    return answer({ kubelet, worker, request, container });
  };
}

interface Call {
  readonly kubelet: Kubelet;
  readonly worker: PodWorker;
  readonly request: Request;
  /** Its name. */
  readonly container: string;
}

const verbs: Readonly<Record<string, (call: Call) => Response>> = {
  containerLogs,
  exec,
  attach,
  portForward,
};

const isSet = (request: Request, name: string): boolean =>
  /^(true|1)$/.test(parameter(request, name) ?? "");

function containerLogs({ kubelet, worker, request, container }: Call): Response {
  const { crew } = kubelet;
  const { pod, uid } = worker;
  const { name } = pod.metadata;
  const specs = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  if (!specs.some((spec) => spec.name === container)) {
    return text(404, `container "${container}" not found in pod "${name}"`);
  }
  const status = crew.statuses.get(uid) ?? pod.status ?? {};
  const found = logged(status, { name, container, previous: isSet(request, "previous") });
  if ("why" in found) return text(400, found.why);
  const id = found.id.replace(/^.*:\/\//, "");
  const runtime = crew.tools.runtime;
  const log = runtime.container(id)?.log;
  if (!log) return text(400, `unable to retrieve container logs for ${found.id}`);
  const number = (key: string) => {
    const value = parameter(request, key);
    return value === undefined ? undefined : Number(value);
  };
  const now = crew.tools.clock.now();
  const seconds = number("sinceSeconds");
  const since =
    seconds === undefined ? parseTime(parameter(request, "sinceTime")) : now - seconds * 1000;
  const [tailLines, limitBytes] = [number("tailLines"), number("limitBytes")];
  const body = log.read({
    follow: isSet(request, "follow"),
    timestamps: isSet(request, "timestamps"),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { sinceMs: since }),
  });
  return { status: 200, headers: { "content-type": "text/plain" }, body };
}

/** Which container's log is meant. kubelet_pods.go validateContainerLogStatus. */
function logged(
  { containerStatuses = [], initContainerStatuses = [] }: PodStatus,
  { name, container, previous }: { name: string; container: string; previous: boolean },
): { readonly id: string } | { readonly why: string } {
  const all = [...containerStatuses, ...initContainerStatuses];
  const status = all.find((each) => each.name === container);
  const about = `container "${container}" in pod "${name}"`;
  if (!status) return { why: `${about} is not available` };
  const last = status.lastState?.terminated?.containerID;
  if (previous) {
    return last
      ? { id: last }
      : { why: `previous terminated container "${container}" in pod "${name}" not found` };
  }
  const id = currentId(status) ?? last;
  if (id) return { id };
  if (status.state?.terminated || status.lastState?.terminated)
    return { why: `${about} is terminated` };
  const reason = status.state?.waiting?.reason ?? "no logs yet";
  const said: Readonly<Record<string, string>> = {
    ErrImagePull: "image can't be pulled",
    ImagePullBackOff: "trying and failing to pull image",
  };
  return { why: `${about} is waiting to start: ${said[reason] ?? reason}` };
}

const currentId = ({ state, containerID }: ContainerStatus): string | undefined =>
  state?.running ? containerID : state?.terminated?.containerID;

/** The container, if it runs. */
function running({ kubelet, worker, container }: Call): Container | undefined {
  const found = latest(kubelet.crew.tools.runtime.pod(worker.uid), container);
  return found?.state === "running" ? found : undefined;
}

const upgraded = (upgrade: (session: Session) => Promise<number>): Response => ({
  ...{ status: 101, headers: { connection: "Upgrade", upgrade: "SPDY/3.1" }, body: "", upgrade },
});

function exec(call: Call): Response {
  const { request, kubelet } = call;
  const container = running(call);
  if (!container) return text(500, `container not found ("${call.container}")`);
  const command = [request.query["command"] ?? []].flat();
  const tty = isSet(request, "tty");
  const { words, random } = kubelet.crew.tools;
  return upgraded(async (session) => {
    try {
      return await container.exec(command, sessionFor(request, session), tty);
    } catch (error) {
      if (!(error instanceof CannotRun)) throw error;
      const id = hex(random.stream(`exec ${container.id} ${command.join(" ")}`), 64);
      const said = fill(words.cannotExec, { id, ...spelled(error.message) });
      if (words.runtime === "containerd") {
        throw internalError(`error executing command in container: ${said}`);
      }
      await session.stdout(`${said}\r\n`);
      return 126;
    }
  });
}

function attach(call: Call): Response {
  const container = running(call);
  if (!container) return text(500, `container not found ("${call.container}")`);
  return upgraded((session) => container.attach(sessionFor(call.request, session)));
}

/** Only what was asked for is joined. */
function sessionFor(request: Request, session: Session): Session {
  const asked = (name: string, other: string) => isSet(request, name) || isSet(request, other);
  const { stdin, ...rest } = session;
  const silent = async () => {};
  return {
    ...rest,
    ...(asked("stdin", "input") && stdin && { stdin }),
    stdout: asked("stdout", "output") ? session.stdout : silent,
    stderr: asked("stderr", "error") ? session.stderr : silent,
  };
}

/** One connection to one port inside the pod; what goes wrong is told on the error stream. */
function portForward({ kubelet, worker, request }: Call): Response {
  const port = Number(parameter(request, "port") ?? parameter(request, "ports") ?? 0);
  const { runtime, machine } = kubelet.crew.tools;
  const sandbox = runtime.pod(worker.uid).sandboxes.find(({ ready }) => ready);
  if (!sandbox) {
    const phase = worker.pod.status?.phase;
    return text(500, `unable to forward port because pod is not running. Current status=${phase}`);
  }
  return upgraded(async (session) => {
    const network = sandbox.adapter.open({ files: machine.files });
    try {
      const connection = await network.dial("127.0.0.1", port, { signal: session.signal });
      const close = () => connection.close();
      session.signal.addEventListener("abort", close, { once: true });
      const sending = (async () => {
        for await (const piece of session.stdin ?? []) await connection.write(piece);
        connection.end();
      })();
      for (let piece = await connection.input.read(); piece !== undefined; ) {
        await session.stdout(piece);
        piece = await connection.input.read();
      }
      void sending;
      return 0;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const why = `dial tcp4 127.0.0.1:${port}: connect: ${error.message.toLowerCase()}`;
      await session.stderr(
        `error forwarding port ${port} to pod ${sandbox.id}, uid : failed to execute portforward in network namespace: failed to dial ${port}: ${why}`,
      );
      return 1;
    } finally {
      network.close();
    }
  });
}
