// The pod that `kubectl run` makes of its flags. pkg/generate/versioned/run.go.

import type { KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import type { Call } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { present } from "../create/object.ts";
import { atoi, parseLabels } from "../generated.ts";
import { parseAmounts } from "../set/resources.ts";

export function makePod({ flags, args }: Call, name: string): KubeObject {
  const labels = flags.string("labels");
  const more = args.slice(1);
  const stdin = flags.bool("stdin");
  const container = present({
    name,
    image: flags.string("image"),
    command: flags.bool("command") ? more : undefined,
    args: flags.bool("command") ? undefined : more,
    env: variables(flags.list("env")),
    imagePullPolicy: flags.string("image-pull-policy"),
    ports: portsOf(flags.string("port"), flags.int("hostport")),
    resources: present({
      limits: parseAmounts(flags.string("limits")),
      requests: parseAmounts(flags.string("requests")),
    }),
    securityContext: flags.bool("privileged") ? { privileged: true } : undefined,
    stdin: stdin || undefined,
    stdinOnce: (stdin && !flags.bool("leave-stdin-open")) || undefined,
    tty: flags.bool("tty") || undefined,
  });
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: labels === "" ? { run: name } : parseLabels(labels),
      ...present({ annotations: annotationsOf(flags.list("annotations")) }),
    },
    spec: {
      ...present({ serviceAccountName: flags.string("serviceaccount") }),
      containers: [container],
      dnsPolicy: "ClusterFirst",
      restartPolicy: flags.string("restart") || (stdin ? "OnFailure" : "Always"),
    },
  };
  return pod;
}

function variables(pairs: readonly string[]) {
  return pairs.map((pair) => {
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    if (at <= 0 || !/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
      throw new CommandError(`invalid env: ${pair}`);
    }
    return { name, value: pair.slice(at + 1) };
  });
}

function annotationsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at <= 0) throw new CommandError(`Unexpected format for annotation: ${quoted(pair)}`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function portsOf(port: string, hostPort: number) {
  if (port === "") {
    if (hostPort > 0) throw new CommandError("--hostport requires --port to be specified");
    return undefined;
  }
  return [{ containerPort: atoi(port), ...(hostPort > 0 && { hostPort }) }];
}
