// Finds other agents by asking the API server for pods: `provider=k8s label_selector=…`.
// Upstream: hashicorp/go-discover config.go, provider/k8s.

import { NetworkError } from "../../machine/network.ts";
import type { Process } from "../../machine/process.ts";
import { dialText, RpcError } from "./link.ts";

/** What `-retry-join` can discover with, as the log lists it. */
export const discoveryMethods =
  "aliyun aws azure digitalocean gce hcp k8s linode mdns os packet scaleway softlayer " +
  "tencentcloud triton vsphere";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

interface FoundPod {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly {
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly hostPort?: number;
      }[];
    }[];
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** Addresses of the pods that run and are ready. Throws an `RpcError` in go-discover's words. */
export async function discover(text: string, process: Process): Promise<readonly string[]> {
  const config = parseConfig(text);
  const provider = config.get("provider");
  if (provider === undefined) throw new RpcError("discover: no provider");
  if (provider !== "k8s") {
    const known = discoveryMethods.split(" ").includes(provider);
    throw new RpcError(
      known ? `${provider}: not simulated` : `discover: unknown provider ${provider}`,
    );
  }
  const pods = await listPods(config, process);
  const onHost = config.get("host_network") === "true";
  return pods.flatMap((pod) => {
    const { phase, conditions = [], podIP, hostIP } = pod.status;
    const isReady = conditions.every(({ type, status }) => type !== "Ready" || status === "True");
    const address = onHost ? hostIP : podIP;
    if (phase !== "Running" || !isReady || !address) return [];
    const wanted = pod.metadata.annotations?.["consul.hashicorp.com/auto-join-port"];
    if (wanted === undefined) return [address];
    const port = portOf(pod, wanted, onHost);
    return port === undefined ? [] : [`${address}:${port}`];
  });
}

function portOf({ spec }: FoundPod, wanted: string, onHost: boolean): number | undefined {
  const all = spec.containers.flatMap(({ ports = [] }) => ports);
  const named = all.find(({ name, hostPort }) => name === wanted && (!onHost || hostPort));
  if (named) return onHost ? named.hostPort : named.containerPort;
  return /^\d+$/.test(wanted) ? Number(wanted) : undefined;
}

async function listPods(
  config: ReadonlyMap<string, string>,
  { env, files, network }: Process,
): Promise<readonly FoundPod[]> {
  const host = env.get("KUBERNETES_SERVICE_HOST");
  const port = Number(env.get("KUBERNETES_SERVICE_PORT") ?? 0);
  if (host === undefined || port === 0 || files.kind(`${account}/token`) === undefined) {
    const path = `${env.get("HOME") ?? ""}/.kube/config`;
    throw new RpcError(
      `2 errors occurred:\n\t* discover-k8s: error loading kubeconfig: stat ${path}: no such file ` +
        "or directory\n\t* discover-k8s: error loading in-cluster config: unable to load " +
        "in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be " +
        "defined\n\n",
    );
  }
  const path = `/api/v1/namespaces/${config.get("namespace") ?? "default"}/pods`;
  const selectors = [
    ["labelSelector", config.get("label_selector")],
    ["fieldSelector", config.get("field_selector")],
  ].filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  const query = Object.fromEntries(selectors);
  const headers = { authorization: `Bearer ${files.read(`${account}/token`)}` };
  try {
    const to = { host, port, secure: true };
    const { status, body } = await network.request(to, { method: "GET", path, query, headers });
    const answer = body as { readonly items?: readonly FoundPod[]; readonly message?: string };
    if (status === 200) return answer.items ?? [];
    throw new RpcError(`discover-k8s: error listing pods: ${answer.message ?? status}`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const search = selectors.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const url = `https://${host}:${port}${path}${search.length > 0 ? `?${search.join("&")}` : ""}`;
    const why = dialText(error, `${host}:${port}`);
    throw new RpcError(`discover-k8s: error listing pods: Get "${url}": ${why}`);
  }
}

/** `key=val key="quoted val"`. */
function parseConfig(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const token = String.raw`"(?:[^"\\]|\\.)*"|[^\s="]+`;
  let rest = text.trim();
  while (rest !== "") {
    const [all, key = "", value] =
      new RegExp(`^(${token})(?:\\s*=\\s*(${token}))?\\s*`).exec(rest) ?? [];
    if (all === undefined) throw new RpcError(`discover: invalid format: ${text}`);
    const name = unquoted(key);
    if (value === undefined) throw new RpcError(`discover: ${name}: missing '='`);
    if (found.has(name)) throw new RpcError(`discover: ${name}: duplicate key`);
    found.set(name, unquoted(value));
    rest = rest.slice(all.length);
  }
  return found;
}

const unquoted = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
