// kubectl set resources. pkg/cmd/set/set_resources.go.

import type { Container } from "../../../api/pod.ts";
import { canonicalQuantity, parseQuantity, quantityRule } from "../../../api/quantity.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError, type KubectlError, PlainError } from "../cli/errors.ts";
import { text } from "../cli/flags.ts";
import { withPodSpec } from "../object-patches.ts";
import { checkChoice, infosOf, selectsName, setAll, setFlags } from "./target.ts";

const amountsUsage =
  "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'.  Note that server side components may assign requests depending on the server configuration, such as limit ranges.";

export const resources = defineCommand({
  name: "resources",
  usage: "(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]",
  short: "Update resource requests/limits on objects with pod templates",
  examples: [
    '# Set a deployments nginx container cpu limits to "200m" and memory to "512Mi"',
    "kubectl set resources deployment nginx -c=nginx --limits=cpu=200m,memory=512Mi",
  ],
  completes: "type",
  flags: [
    ...setFlags("resources"),
    text(
      "containers c",
      "The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards",
      { value: "*" },
    ),
    text("limits", amountsUsage),
    text("requests", amountsUsage),
  ],
  async run(call) {
    const { flags, args } = call;
    const infos = await infosOf(call, args);
    checkChoice(call);
    if (flags.string("limits") === "" && flags.string("requests") === "") {
      throw new CommandError(
        "you must specify an update to requests or limits (in the form of --requests/--limits)",
      );
    }
    const limits = parseAmounts(flags.string("limits"));
    const requests = parseAmounts(flags.string("requests"));
    const pattern = flags.string("containers");
    const complaints: KubectlError[] = [];
    const change = ({ resources = {}, ...rest }: Container): Container => ({
      ...rest,
      resources: {
        ...resources,
        ...(limits && { limits: { ...resources.limits, ...limits } }),
        ...(requests && { requests: { ...resources.requests, ...requests } }),
      },
    });
    await setAll(call, infos, {
      done: "resource requirements updated",
      failure: "failed to patch resources update to pod template",
      complaints,
      change: (object) =>
        withPodSpec(object, (spec) => {
          if (!spec.containers.some(({ name }) => selectsName(name, pattern))) {
            complaints.push(new PlainError(`error: unable to find container named ${pattern}`));
          }
          const containers = spec.containers.map((each) =>
            selectsName(each.name, pattern) ? change(each) : each,
          );
          return { ...spec, containers };
        }),
    });
  },
});

/** `cpu=100m,memory=256Mi`. */
export function parseAmounts(list: string): Record<string, string> | undefined {
  if (list === "") return undefined;
  const pairs = list.split(",").map((statement) => {
    const [name = "", amount, ...more] = statement.split("=");
    if (amount === undefined || more.length > 0) {
      throw new CommandError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    }
    if (!parseQuantity(amount)) throw new CommandError(quantityRule);
    return [name, canonicalQuantity(amount)];
  });
  return Object.fromEntries(pairs);
}
