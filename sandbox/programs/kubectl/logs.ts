// kubectl logs. pkg/cmd/logs/logs.go, pkg/polymorphichelpers/logsforobject.go.

import { isStream } from "../../api/http.ts";
import type { KubeList } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, expected, usageError } from "./cli/errors.ts";
import { bool, duration, int, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { selectorFlag } from "./cli/shared-flags.ts";
import {
  byLogging,
  containerNames,
  containersOf,
  findContainer,
  podOf,
  podSelectorOf,
} from "./pods-of.ts";
import { pathOf } from "./server/rest.ts";

const usage =
  "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";

export const logs = defineCommand({
  name: "logs",
  usage: "[-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]",
  short: "Print the logs for a container in a pod",
  long: "Print the logs for a container in a pod or specified resource. If the pod has only one container, the container name is optional.",
  examples: [
    "# Return snapshot logs from pod nginx with only one container",
    "kubectl logs nginx",
    "",
    "# Return snapshot of previous terminated ruby container logs from pod web-1",
    "kubectl logs -p -c ruby web-1",
    "",
    "# Begin streaming the logs of the ruby container in pod web-1",
    "kubectl logs -f -c ruby web-1",
    "",
    "# Display only the most recent 20 lines of output in pod nginx",
    "kubectl logs --tail=20 nginx",
  ],
  completes: "pod",
  flags: [
    bool("all-containers", "Get all containers' logs in the pod(s)."),
    bool("all-pods", "Get logs from all pod(s). Sets prefix to true."),
    bool("follow f", "Specify if the logs should be streamed."),
    bool("timestamps", "Include timestamps on each line in the log output"),
    int("limit-bytes", "Maximum bytes of logs to return. Defaults to no limit."),
    bool(
      "previous p",
      "If true, print the logs for the previous instance of the container in a pod if it exists.",
    ),
    int(
      "tail",
      "Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided.",
      { value: "-1" },
    ),
    bool(
      "ignore-errors",
      "If watching / following pod logs, allow for any errors that occur to be non-fatal",
    ),
    text(
      "since-time",
      "Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used.",
    ),
    duration(
      "since",
      "Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used.",
    ),
    text("container c", "Print the logs of this container"),
    bool(
      "insecure-skip-tls-verify-backend",
      "Skip verifying the identity of the kubelet that logs are requested from.",
    ),
    duration(
      "pod-running-timeout",
      "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
      { value: "20s" },
    ),
    selectorFlag,
    int(
      "max-log-requests",
      "Specify maximum number of concurrent logs to follow when using by a selector. Defaults to 5.",
      { value: "5" },
    ),
    bool("prefix", "Prefix each log line with the log source (pod name and container name)"),
  ],
  async run(call) {
    const { kubectl, flags } = call;
    const pods = await podsFrom(call);
    check(call);
    const sources: Source[] = [];
    for (const pod of pods) sources.push(...(await sourcesOf(call, pod)));
    const limit = flags.int("max-log-requests");
    if (!flags.bool("follow") || sources.length <= 1) {
      for (const source of sources) await show(call, source);
      return;
    }
    if (sources.length > limit) {
      throw new CommandError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${limit}, use --max-log-requests to increase the limit`,
      );
    }
    await Promise.all(
      sources.map(async (source) => {
        try {
          await show(call, source);
        } catch (error) {
          if (!flags.bool("ignore-errors")) throw error;
          await kubectl.out(`error: ${expected(error).message}\n`);
        }
      }),
    );
  },
});

/** The pods whose logs are wanted. */
async function podsFrom(call: Call): Promise<readonly Pod[]> {
  const { kubectl, flags, args, path } = call;
  const selector = flags.string("selector").trim();
  if ((args.length === 0 && selector === "") || args.length > 2) throw usageError(path, usage);
  if (args.length === 1 && selector !== "") {
    throw usageError(path, "only a selector (-l) or a POD name is allowed");
  }
  const [resource] = args;
  if (resource === undefined) {
    const selection = await kubectl.select({ args: ["pods"], selector });
    const { infos, error } = await selection.infos();
    if (error) throw error;
    if (infos.length === 0 && kubectl.era.behaviors.has("default-containers")) {
      await kubectl.error(`No resources found in ${kubectl.namespace} namespace.`);
    }
    return infos.map(({ object }) => object as Pod);
  }
  const selection = await kubectl.select({
    args: [resource],
    defaultType: "pods",
    namesOnly: true,
    latest: true,
  });
  const { infos, error } = await selection.infos();
  if (error) throw missing(call, error);
  const object = infos[0]?.object;
  if (!object) throw new CommandError("expected a resource");
  const timeoutMs = flags.duration("pod-running-timeout");
  const verb = "cannot get the logs from";
  const { pod, count } = await podOf(kubectl, object, { order: byLogging, timeoutMs, verb });
  if (count > 1 && flags.bool("all-pods")) {
    const mapping = await kubectl.discovery.find("pods");
    const query = { labelSelector: podSelectorOf(object) };
    const { items } = await kubectl.rest.list<KubeList<Pod>>(
      mapping,
      object.metadata.namespace ?? "",
      { query },
    );
    return items;
  }
  if (count > 1) await kubectl.error(`Found ${count} pods, using pod/${pod.metadata.name}`);
  return [pod];
}

function missing({ kubectl }: Call, error: ReturnType<typeof expected>): unknown {
  const isMissing = "reason" in error && error.reason === "NotFound";
  return isMissing && kubectl.era.behaviors.has("default-containers")
    ? new CommandError(
        `error from server (NotFound): ${error.message} in namespace ${quoted(kubectl.namespace)}`,
      )
    : error;
}

function check({ flags, args }: Call): void {
  if (flags.string("since-time") !== "" && flags.changed("since")) {
    throw new CommandError("at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  const container = args[1] ?? flags.string("container");
  if (flags.bool("all-containers") && container !== "") {
    throw new CommandError(
      `--all-containers=true should not be specified with container name ${container}`,
    );
  }
  if (flags.changed("container") && args.length === 2) {
    throw new CommandError("only one of -c or an inline [CONTAINER] arg is allowed");
  }
  if (flags.int("limit-bytes") < 0) {
    throw new CommandError("--limit-bytes must be greater than 0");
  }
  if (flags.duration("since") < 0) throw new CommandError("--since must be greater than 0");
  if (flags.int("tail") < -1) {
    throw new CommandError("--tail must be greater than or equal to -1");
  }
}

interface Source {
  readonly pod: Pod;
  readonly container: string;
}

const oldDefaultKey = "kubectl.kubernetes.io/default-logs-container";
const defaultKey = "kubectl.kubernetes.io/default-container";

async function sourcesOf({ kubectl, flags, args }: Call, pod: Pod): Promise<Source[]> {
  if (flags.bool("all-containers")) {
    const { initContainers = [], containers } = pod.spec;
    return [...initContainers, ...containers].map(({ name }) => ({ pod, container: name }));
  }
  const given = args[1] ?? flags.string("container");
  const container = given !== "" ? given : await chosen(kubectl, pod, flags.bool("all-pods"));
  if (findContainer(pod, container)) return [{ pod, container }];
  throw new CommandError(`container ${container} is not valid for pod ${pod.metadata.name}`);
}

/** The container that is meant if nobody says which. */
async function chosen(kubectl: Kubectl, pod: Pod, quiet: boolean): Promise<string> {
  const { metadata, spec } = pod;
  const modern = kubectl.era.behaviors.has("default-containers");
  const annotated = metadata.annotations?.[modern ? defaultKey : oldDefaultKey] ?? "";
  if (annotated !== "") {
    if (findContainer(pod, annotated)) return annotated;
    const where = modern ? `pod ${metadata.name}` : "a pod";
    await kubectl.error(`Default container name ${quoted(annotated)} not found in ${where}`);
  }
  const names = (list: readonly { readonly name: string }[] = []) =>
    list.map(({ name }) => name).join(" ");
  const [first, ...more] = spec.containers;
  if (first && modern) {
    if (containersOf(pod).length > 1 && !quiet) {
      await kubectl.error(
        `Defaulted container ${quoted(first.name)} out of: ${containerNames(pod)}`,
      );
    }
    return first.name;
  }
  if (first && more.length === 0) return first.name;
  const inits = names(spec.initContainers);
  throw new CommandError(
    `a container name must be specified for pod ${metadata.name}, choose one of: [${names(spec.containers)}]${inits && ` or one of the init containers: [${inits}]`}`,
  );
}

const SELECTED_LINES = "10";

/** Prints what a container has written, and with `-f` what it will write. */
async function show({ kubectl, flags }: Call, { pod, container }: Source): Promise<void> {
  const { name, namespace = "" } = pod.metadata;
  const since = flags.duration("since");
  const tail = flags.int("tail");
  const selected = flags.string("selector") !== "" && !flags.changed("tail");
  const mapping = await kubectl.discovery.find("pods");
  const response = await kubectl.rest.connection.send({
    method: "GET",
    path: pathOf({ mapping, namespace, name }, "log"),
    query: {
      container,
      ...(flags.bool("follow") && { follow: "true" }),
      ...(flags.bool("previous") && { previous: "true" }),
      ...(flags.bool("timestamps") && { timestamps: "true" }),
      ...(flags.int("limit-bytes") > 0 && { limitBytes: flags.string("limit-bytes") }),
      ...(since > 0 && { sinceSeconds: String(Math.round(since / 1000)) }),
      ...(flags.string("since-time") !== "" && { sinceTime: flags.string("since-time") }),
      ...(tail !== -1 ? { tailLines: String(tail) } : selected && { tailLines: SELECTED_LINES }),
    },
    signal: kubectl.process.killed,
  });
  const prefixed = flags.bool("prefix") || flags.bool("all-pods");
  const prefix = prefixed ? `[pod/${name}/${container}] ` : "";
  await printLines(kubectl, response.body, prefix);
}

/** Line by line, so that those of several containers do not mix. */
export async function printLines(kubectl: Kubectl, body: unknown, prefix: string): Promise<void> {
  const put = (lines: string) =>
    kubectl.out(prefix === "" ? lines : lines.replace(/^(?=.)/gm, prefix));
  if (typeof body === "string") return put(body);
  if (typeof body !== "object" || body === null || !isStream(body)) return;
  let rest = "";
  for await (const piece of body) {
    const text = rest + String(piece);
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    await put(text.slice(0, end));
  }
  await put(rest);
}
