// What probes and hooks do: run something in the container, ask it by HTTP, knock at a port.
// pkg/kubelet/prober/prober.go runProbe, pkg/probe, pkg/kubelet/lifecycle/handlers.go.

import { isStream } from "../../api/http.ts";
import type { Container as ContainerSpec, HttpGetAction, LifecycleHandler } from "../../api/pod.ts";
import { NetworkError } from "../../machine/network.ts";
import type { Clock } from "../../sim/clock.ts";
import { fill } from "../fill.ts";
import { CannotRun, type Container } from "../runtime/container.ts";
import { spelled } from "../runtime/runtime.ts";
import { expand } from "./expansion.ts";
import type { KubeletTools } from "./tools.ts";

export interface Outcome {
  readonly result: "success" | "failure" | "error";
  readonly output: string;
  /** Of a command. */
  readonly code?: number;
}

export interface Trial {
  readonly handler: LifecycleHandler;
  readonly container: Container;
  readonly timeoutMs: number;
}

const failure = (output: string): Outcome => ({ result: "failure", output });
const success: Outcome = { result: "success", output: "" };

/** Does it once, and says how it went. */
export async function tryHandler(tools: KubeletTools, trial: Trial): Promise<Outcome> {
  const { exec, httpGet, tcpSocket } = trial.handler;
  if (exec) return runCommand(tools, exec.command ?? [], trial);
  const about = httpGet ?? tcpSocket;
  if (!about) return { result: "error", output: "missing probe handler" };
  const port = portOf(about.port, trial.container.config.labels.spec);
  if (port === undefined) return { result: "error", output: `port ${about.port} not found` };
  const host = about.host || trial.container.sandbox.ip;
  return within(tools.clock, trial.timeoutMs, async (signal) => {
    try {
      if (httpGet) return await get(tools, { httpGet, host, port, signal });
      const connection = await tools.network.dial(host, port, { signal });
      connection.close();
      return success;
    } catch (error) {
      if (signal.aborted) return failure(timedOut(tools, { httpGet, host, port }));
      if (!(error instanceof NetworkError)) throw error;
      return failure(refusal(tools, error, { httpGet, host, port }));
    }
  });
}

/** A number, or the name of one of the container's ports. */
export function portOf(port: number | string, { ports = [] }: ContainerSpec): number | undefined {
  if (typeof port === "number") return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  if (named !== undefined) return named;
  return /^\d+$/.test(port) ? Number(port) : undefined;
}

async function runCommand(
  { era, probesSucceed }: KubeletTools,
  command: readonly string[],
  { container, timeoutMs }: Trial,
): Promise<Outcome> {
  if (probesSucceed) return success;
  const env = new Map(
    (container.config.labels.spec.env ?? []).map(({ name, value }) => [name, value]),
  );
  const argv = command.map((word) => expand(word, (name) => env.get(name)));
  const limited = timeoutMs > 0 && era.gates.has("ExecProbeTimeout");
  const limit = limited ? timeoutMs : Number.POSITIVE_INFINITY;
  try {
    const { code, output } = await container.run(argv, limit);
    if (code === undefined) return failure(`command "${argv.join(" ")}" timed out`);
    return { result: code === 0 ? "success" : "failure", output: output.slice(0, 10_240), code };
  } catch (error) {
    if (!(error instanceof CannotRun)) throw error;
    return failure(fill(era.words.kubelet.cannotExec, { id: "", ...spelled(error.message) }));
  }
}

/** Aborts what `work` does after `ms`; 0: never. */
async function within<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = ms > 0 ? clock.after(ms, () => stop.abort()) : undefined;
  try {
    return await work(stop.signal);
  } finally {
    timer?.cancel();
  }
}

interface Aim {
  readonly httpGet: HttpGetAction | undefined;
  readonly host: string;
  readonly port: number;
}

async function get(
  { network, era }: KubeletTools,
  { httpGet, host, port, signal }: Aim & { httpGet: HttpGetAction; signal: AbortSignal },
): Promise<Outcome> {
  const { path = "/", scheme, httpHeaders = [] } = httpGet;
  const [plain = "/", search = ""] = (path.startsWith("/") ? path : `/${path}`).split(/\?(.*)/s);
  const pairs = search === "" ? [] : search.split("&").map((part) => part.split(/=(.*)/s));
  const given = httpHeaders.map(({ name, value }) => [name.toLowerCase(), value]);
  const { major, minor } = era.build;
  const response = await network.request(
    { host, port, secure: scheme === "HTTPS" },
    {
      method: "GET",
      path: plain,
      query: Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value])),
      headers: {
        "user-agent": `kube-probe/${major}.${minor}`,
        accept: "*/*",
        ...Object.fromEntries(given),
      },
      signal,
    },
  );
  const { status, body } = response;
  if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
  return { result: "success", output: typeof body === "string" && !isStream(body) ? body : "" };
}

const urlOf = ({ httpGet, host, port }: Aim): string => {
  const { path = "/", scheme = "HTTP" } = httpGet ?? {};
  return `${scheme.toLowerCase()}://${host}:${port}${path.startsWith("/") ? path : `/${path}`}`;
};

function timedOut({ words }: KubeletTools, aim: Aim): string {
  if (!aim.httpGet) return `dial tcp ${aim.host}:${aim.port}: i/o timeout`;
  const error = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
  return fill(words.httpFailed, { url: urlOf(aim), error });
}

/** As Go's net package says it. */
function refusal({ words }: KubeletTools, { code, message }: NetworkError, aim: Aim): string {
  const call = code === "ECONNREFUSED" || code === "EHOSTUNREACH" ? "connect: " : "";
  const said = code === "ETIMEDOUT" ? "i/o timeout" : message.toLowerCase();
  const error = `dial tcp ${aim.host}:${aim.port}: ${call}${said}`;
  return aim.httpGet ? fill(words.httpFailed, { url: urlOf(aim), error }) : error;
}
