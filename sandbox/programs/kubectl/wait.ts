// kubectl wait. pkg/cmd/wait/wait.go.

import type { Condition, KubeObject } from "../../api/meta.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { isReason } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { duration, text } from "./cli/flags.ts";
import {
  allFlag,
  allNamespacesFlag,
  fieldSelectorFlag,
  fileFlags,
  localFlag,
  selectorFlag,
} from "./cli/shared-flags.ts";
import type { ServedInfo } from "./input/info.ts";
import { relaxed } from "./print/custom-columns.ts";
import { JsonPath } from "./print/jsonpath.ts";
import { printFlags } from "./print/printers.ts";
import { FOREVER_MS, waitFor } from "./waiting.ts";

export const wait = defineCommand({
  name: "wait",
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=delete|--for condition=available]",
  short: "Experimental: Wait for a specific condition on one or many resources.",
  examples: [
    '# Wait for the pod "busybox1" to contain the status condition of type "Ready".',
    "kubectl wait --for=condition=Ready pod/busybox1",
    "",
    '# Wait for the pod "busybox1" to be deleted, with a timeout of 60s',
    "kubectl wait --for=delete pod/busybox1 --timeout=60s",
  ],
  suggestedFor: ["list", "ps"],
  completes: "type",
  flags: [
    ...printFlags(),
    ...fileFlags("identifying the resource."),
    allFlag("Select all resources in the namespace of the specified resource types"),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    localFlag("annotation"),
    duration(
      "timeout",
      "The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week.",
      { value: "30s" },
    ),
    text("for", "The condition to wait on: [delete|condition=condition-name]."),
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    const printer = kubectl.printer({ operation: "condition met" });
    const forDelete = flags.string("for").toLowerCase() === "delete";
    const done = conditionOf(call);
    const timeout = flags.duration("timeout");
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      typeMeansAll: flags.bool("all"),
      allNamespaces: flags.bool("all-namespaces"),
      ...(selector !== "" && { selector }),
      fieldSelector: flags.string("field-selector").trim(),
      latest: true,
    });
    const { waitMindsAbsent } = kubectl.words;
    if (forDelete && !waitMindsAbsent) {
      selection.ignoring((error) => isReason(error, "NotFound"));
    }
    let count = 0;
    await selection.visit(async (info) => {
      count++;
      const found = await waitFor(kubectl, info as ServedInfo, {
        timeoutMs: timeout < 0 ? FOREVER_MS : timeout,
        done,
        ...(waitMindsAbsent && { tooLate: "timed out waiting for the condition" }),
      });
      await kubectl.out(printer.print(found ?? info.object ?? {}));
    });
    if (count === 0 && !(forDelete && kubectl.era.behaviors.has("kubectl-wait-for-absent"))) {
      throw new CommandError("no matching resources found");
    }
  },
});

/** What `--for` asks of an object. */
function conditionOf({ kubectl, flags }: Call): (object: KubeObject | undefined) => boolean {
  const wanted = flags.string("for");
  if (wanted.toLowerCase() === "delete") return (object) => object === undefined;
  const hasPaths = kubectl.era.behaviors.has("kubectl-wait-paths");
  if (hasPaths && wanted.toLowerCase() === "create") return (object) => object !== undefined;
  if (wanted.startsWith("condition=")) {
    const [type = "", status = "true"] = splitOnce(wanted.slice("condition=".length));
    return (object) => hasCondition(object, type, status);
  }
  if (hasPaths && wanted.startsWith("jsonpath="))
    return pathCondition(wanted.slice("jsonpath=".length));
  throw new CommandError(`unrecognized condition: ${quoted(wanted)}`);
}

const splitOnce = (value: string): string[] => {
  const at = value.indexOf("=");
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function hasCondition(object: KubeObject | undefined, type: string, status: string): boolean {
  const { conditions = [] } =
    (object as { status?: { conditions?: Condition[] } } | undefined)?.status ?? {};
  const found = conditions.find((condition) => same(condition.type, type));
  return found !== undefined && same(found.status, status);
}

/** `{.status.phase}=Running`, or only `{.status.phase}`. */
function pathCondition(input: string): (object: KubeObject | undefined) => boolean {
  const [, path = "", , value] =
    /^(\{.*\}|[^=]*)(=(.*))?$/s.exec(input.replace(/^'|'$/g, "")) ?? [];
  if (path === "" || path === "{}") throw new CommandError("jsonpath expression cannot be empty");
  if (value === "") {
    throw new CommandError(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  }
  const parsed = new JsonPath(relaxed(path), { allowMissingKeys: true });
  const wanted = value?.replace(/^(['"])(.*)\1$/s, "$2");
  return (object) => {
    if (!object) return false;
    const [found] = parsed.find(object);
    if (!found || found.length === 0) return false;
    if (wanted === undefined) return true;
    if (found.length > 1)
      throw new CommandError("given jsonpath expression matches more than one value");
    if (typeof found[0] === "object") {
      throw new CommandError("jsonpath leads to a nested object or list which is not supported");
    }
    return String(found[0]).trim() === wanted.trim();
  };
}
