// kubectl set selector and set serviceaccount. pkg/cmd/set: set_selector.go, set_serviceaccount.go.

import { quoted } from "../../../api/schema/go-json.ts";
import type { Service } from "../../../api/service.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { text } from "../cli/flags.ts";
import { parseLabelSelector } from "../create/selectors.ts";
import { withPodSpec } from "../object-patches.ts";
import { checkChoice, infosOf, setAll, setFlags } from "./target.ts";

export const selector = defineCommand({
  name: "selector",
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  short: "Set the selector on a resource",
  examples: [
    "# set the labels and selector before creating a deployment/service pair.",
    "kubectl create service clusterip my-svc --clusterip=\"None\" -o yaml --dry-run=client | kubectl set selector --local -f - 'environment=qa' -o yaml | kubectl create -f -",
  ],
  completes: "type",
  flags: [
    ...setFlags("selector"),
    text(
      "resource-version",
      "If non-empty, the selectors update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.",
    ),
  ],
  async run(call) {
    const { args, flags } = call;
    const expression = args.at(-1);
    if (expression === undefined) throw new CommandError("one selector is required");
    const wanted = parseLabelSelector(expression);
    checkChoice(call);
    const resourceVersion = flags.string("resource-version");
    const infos = await infosOf(call, args.slice(0, -1));
    await setAll(call, infos, {
      done: "selector updated",
      failure: "",
      sendsEmpty: true,
      change(object) {
        const { spec, kind } = object as Service;
        if (kind !== "Service") {
          throw new CommandError("setting a selector is only supported for Services");
        }
        const { matchExpressions = [] } = wanted;
        if (matchExpressions.length > 0) {
          const shown = matchExpressions.map(({ key, operator }) => `${key} ${operator}`);
          throw new CommandError(
            `match expression ${quoted(shown.join(" "))} not supported on this object`,
          );
        }
        const metadata = { ...object.metadata, ...(resourceVersion !== "" && { resourceVersion }) };
        return { ...object, metadata, spec: { ...spec, selector: wanted.matchLabels } } as Service;
      },
    });
  },
});

export const serviceAccount = defineCommand({
  name: "serviceaccount",
  aliases: ["sa"],
  usage: "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
  short: "Update ServiceAccount of a resource",
  examples: [
    "# Set Deployment nginx-deployment's ServiceAccount to serviceaccount1",
    "kubectl set serviceaccount deployment nginx-deployment serviceaccount1",
  ],
  completes: "type",
  flags: setFlags("serviceaccount"),
  async run(call) {
    checkChoice(call);
    const { args } = call;
    const serviceAccountName = args.at(-1);
    if (serviceAccountName === undefined) throw new CommandError("serviceaccount is required");
    const infos = await infosOf(call, args.slice(0, -1));
    await setAll(call, infos, {
      done: "serviceaccount updated",
      failure: "failed to patch ServiceAccountName",
      sendsEmpty: true,
      change: (object) => withPodSpec(object, (spec) => ({ ...spec, serviceAccountName })),
    });
  },
});
