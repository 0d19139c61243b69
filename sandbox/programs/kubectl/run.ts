// kubectl run. pkg/cmd/run/run.go, pkg/generate/versioned/run.go.

import type { KubeObject } from "../../api/meta.ts";
import type { ContainerState, Pod } from "../../api/pod.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, PlainError, usageError } from "./cli/errors.ts";
import { array, bool, duration, int, text } from "./cli/flags.ts";
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  operationOf,
  recordFlag,
  saveConfigFlag,
} from "./cli/shared-flags.ts";
import { printTyped } from "./create/object.ts";
import { makeService, parseLabels, sendGenerated } from "./generated.ts";
import { printFlags } from "./print/printers.ts";
import { deleteRun, followPod, podOf, waitUntilEnded } from "./run/follow.ts";
import { makeRun } from "./run/workload.ts";

const noEffect = "has no effect and will be removed in the future.";
const amountsUsage =
  "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.";

export const run = defineCommand({
  name: "run",
  usage:
    'NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...]',
  short: "Run a particular image on the cluster",
  long: "Create and run a particular image in a pod.",
  examples: [
    "# Start a nginx pod.",
    "kubectl run nginx --image=nginx",
    "",
    "# Start a busybox pod and keep it in the foreground, don't restart it if it exits.",
    "kubectl run -i -t busybox --image=busybox --restart=Never",
    "",
    "# Start the nginx pod using a different command and custom arguments.",
    "kubectl run nginx --image=nginx --command -- <cmd> <arg1> ... <argN>",
  ],
  flags: [
    ...printFlags(),
    dryRunFlag,
    array("annotations", "Annotations to apply to the pod."),
    text("generator", "The name of the API generator to use.", {
      hidden: true,
      deprecated: noEffect,
    }),
    text("image", "The image for the container to run."),
    text(
      "image-pull-policy",
      "The image pull policy for the container. If left empty, this value will not be specified by the client and defaulted by the server",
    ),
    int("replicas r", "Number of replicas to create for this container.", {
      value: "1",
      hidden: true,
      deprecated: noEffect,
    }),
    bool("rm", "If true, delete resources created in this command for attached containers."),
    text(
      "overrides",
      "An inline JSON override for the generated object. If this is non-empty, it is used to override the generated object. Requires that the object supply a valid apiVersion field.",
    ),
    array("env", "Environment variables to set in the container."),
    text("serviceaccount", "Service account to set in the pod spec.", { hidden: true }),
    text("port", "The port that this container exposes."),
    int("hostport", "The host port mapping for the container port.", { value: "-1", hidden: true }),
    text(
      "labels l",
      "Comma separated labels to apply to the pod(s). Will override previous values.",
    ),
    bool("stdin i", "Keep stdin open on the container(s) in the pod, even if nothing is attached."),
    bool("tty t", "Allocated a TTY for each container in the pod."),
    bool(
      "attach",
      "If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called.  Default false, unless '-i/--stdin' is set, in which case the default is true.",
    ),
    bool(
      "leave-stdin-open",
      "If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes. By default, stdin will be closed after the first attach completes.",
    ),
    text("restart", "The restart policy for this Pod.  Legal values [Always, OnFailure, Never].", {
      value: "Always",
    }),
    bool(
      "command",
      "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default.",
    ),
    text("requests", amountsUsage, { hidden: true }),
    text("limits", amountsUsage, { hidden: true }),
    bool("expose", "If true, service is created for the container(s) which are run"),
    bool("quiet q", "If true, suppress prompt messages."),
    bool("privileged", "If true, run the container in privileged mode."),
    duration(
      "pod-running-timeout",
      "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
      { value: "1m0s" },
    ),
    saveConfigFlag,
    recordFlag,
    fieldManagerFlag("kubectl-run"),
  ],
  required: ["image"],
  async run(call) {
    const { kubectl, flags } = call;
    const name = await check(call);
    const dryRun = await dryRunOf(kubectl);
    const operation = operationOf("created", dryRun);
    const pod = await sendGenerated(call, await makeRun(call, name));
    const made: KubeObject[] = [pod];
    if (flags.bool("expose")) {
      const service = await sendService(call, name);
      made.push(service);
      await printTyped(call, service, operation);
      if (flags.string("output") === "yaml") await kubectl.out("---\n");
    }
    if (!attaches(call)) {
      await printTyped(call, pod, operation);
      return;
    }
    try {
      await follow(call, await podOf(call, pod));
    } finally {
      if (flags.bool("rm")) await deleteRun(call, made);
    }
  },
});

const attaches = ({ flags }: Call): boolean =>
  flags.changed("attach") ? flags.bool("attach") : flags.bool("stdin");

/** Resolves to the name. */
async function check(call: Call): Promise<string> {
  const { kubectl, flags, args, dashAt, path } = call;
  const [name] = args;
  if (name === undefined || dashAt === 0) throw usageError(path, "NAME is required for run");
  const image = flags.string("image");
  if (image === "") throw new CommandError("--image is required");
  if (!/^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*(?::[\w.-]+)?(?:@[\w+.:-]+)?$/.test(image)) {
    throw new CommandError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
  }
  if (flags.bool("tty") && !flags.bool("stdin")) {
    throw usageError(path, "-i/--stdin is required for containers with -t/--tty=true");
  }
  if (flags.bool("expose") && flags.string("port") === "") {
    throw usageError(path, "--port must be set when exposing a service");
  }
  const restart = flags.string("restart");
  if (!/^(Always|OnFailure|Never|)$/.test(restart)) {
    throw usageError(path, `invalid restart policy: ${restart}`);
  }
  const attached = attaches(call);
  if (!attached && flags.bool("rm")) {
    throw usageError(path, "--rm should only be used for attached containers");
  }
  if (attached && (await dryRunOf(kubectl)) !== "none") {
    throw usageError(
      path,
      "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
    );
  }
  const policy = flags.string("image-pull-policy");
  if (!/^(Always|IfNotPresent|Never|)$/.test(policy)) {
    throw usageError(path, `invalid image pull policy: ${policy}`);
  }
  return name;
}

function sendService(call: Call, name: string): Promise<KubeObject> {
  const { flags } = call;
  const labels = flags.string("labels");
  const service = makeService({
    name,
    selector: labels === "" ? { run: name } : parseLabels(labels),
    labels: labels === "" ? undefined : parseLabels(labels),
    ports: [flags.string("port")],
    protocols: {},
    protocol: "",
    targetPort: "",
  });
  return sendGenerated({ ...call, flags: flags.without("overrides") }, service);
}

/** Attaches to the pod, and ends as its container did. */
async function follow(call: Call, pod: Pod): Promise<void> {
  const { flags } = call;
  await followPod(call, pod);
  const restart = flags.string("restart") || "Always";
  if (flags.bool("leave-stdin-open") || restart === "Always") return;
  const ended = await waitUntilEnded(call, pod, restart === "OnFailure");
  const { name, namespace } = ended.metadata;
  const { phase, containerStatuses = [] } = ended.status;
  if (phase === "Succeeded") return;
  if (phase !== "Failed") {
    throw new CommandError(`pod ${namespace}/${name} left in phase ${phase}`);
  }
  const state: ContainerState = containerStatuses[0]?.state ?? {};
  const { exitCode = 0, reason = "", message = "" } = state.terminated ?? {};
  if (exitCode === 0) {
    throw new CommandError(`pod ${namespace}/${name} failed with unknown exit code`);
  }
  throw new PlainError(`pod ${namespace}/${name} terminated (${reason})\n${message}`, exitCode);
}
