// kubectl taint. pkg/cmd/taint/taint.go, utils.go.

import type { Era } from "../../api/era.ts";
import { labelValueProblems, qualifiedNameProblems } from "../../api/names.ts";
import type { Node, Taint } from "../../api/node.ts";
import { strategicDiff } from "../../api/strategic-diff.ts";
import { taintsAnnotation, taintsOf } from "../../api/taints.ts";
import type { KubectlWords } from "../../api/words/kubectl.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { Aggregate, CommandError, usageError } from "./cli/errors.ts";
import { bool } from "./cli/flags.ts";
import {
  allFlag,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  operationOf,
  selectorFlag,
  validateFlag,
} from "./cli/shared-flags.ts";
import { printTyped } from "./create/object.ts";
import type { ServedInfo } from "./input/info.ts";
import { printFlags } from "./print/printers.ts";

export const taint = defineCommand({
  name: "taint",
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  short: "Update the taints on one or more nodes",
  long: "Update the taints on one or more nodes.\n\n  *  A taint consists of a key, value, and effect. As an argument here, it is expressed as key=value:effect.\n  *  The effect must be NoSchedule, PreferNoSchedule or NoExecute.\n  *  Currently taint can only apply to node.",
  examples: [
    "# Update node 'foo' with a taint with key 'dedicated' and value 'special-user' and effect 'NoSchedule'.",
    "kubectl taint nodes foo dedicated=special-user:NoSchedule",
    "",
    "# Remove from node 'foo' the taint with key 'dedicated' and effect 'NoSchedule' if one exists.",
    "kubectl taint nodes foo dedicated:NoSchedule-",
  ],
  completes: "type",
  flags: [
    ...printFlags(),
    dryRunFlag,
    validateFlag,
    selectorFlag,
    bool(
      "overwrite",
      "If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.",
    ),
    allFlag("Select all nodes in the cluster"),
    fieldManagerFlag("kubectl-taint"),
  ],
  async run(call) {
    const { kubectl, flags } = call;
    const { resources, taints } = split(call);
    const wish = parseTaints(call, taints);
    await check(call, resources, wish);
    const dryRun = await dryRunOf(kubectl);
    const selector = flags.string("selector");
    const selection = await kubectl.select({
      args: flags.bool("all") || selector !== "" ? ["nodes"] : ["nodes", ...resources.slice(1)],
      all: flags.bool("all"),
      ...(selector !== "" && { selector }),
    });
    await selection.visit(async (info) => {
      const node = info.object as Node;
      const { taints: changed, done } = change(node, wish, {
        overwrite: flags.bool("overwrite"),
        words: kubectl.words,
      });
      const draft = withTaints(kubectl.era, node, changed);
      const operation = operationOf(done, dryRun);
      if (dryRun === "client") return printTyped(call, draft, operation);
      const { schema } = kubectl.era;
      const type = schema.definition("v1", "Node");
      const body = strategicDiff({ ...node }, { ...draft }, { schema, type });
      const options = { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") };
      const patch = { kind: "strategic", body } as const;
      await printTyped(
        call,
        await kubectl.rest.patch(info as ServedInfo, patch, options),
        operation,
      );
    });
  },
});

function withTaints({ behaviors }: Era, node: Node, taints: readonly Taint[]): Node {
  if (!behaviors.has("taints-by-annotation")) {
    return { ...node, spec: { ...node.spec, taints: [...taints] } };
  }
  const { metadata } = node;
  const annotations = { ...metadata.annotations, [taintsAnnotation]: JSON.stringify(taints) };
  return { ...node, metadata: { ...metadata, annotations } };
}

/** `KEY=VALUE:EFFECT`, and `KEY-` to take away, behind the resources. */
function split({ args }: Call): { resources: readonly string[]; taints: readonly string[] } {
  const isTaint = (arg: string) => /[=:]|-$/.test(arg);
  const first = args.findIndex(isTaint);
  const resources = first < 0 ? args : args.slice(0, first);
  const taints = first < 0 ? [] : args.slice(first);
  const late = taints.find((arg) => !isTaint(arg));
  if (late !== undefined) {
    throw new CommandError(`all resources must be specified before taint changes: ${late}`);
  }
  if (resources.length === 0) {
    throw new CommandError("one or more resources must be specified as <resource> <name>");
  }
  if (taints.length === 0) throw new CommandError("at least one taint update is required");
  return { resources, taints };
}

/** Without an effect: with any. */
type Pattern = Pick<Taint, "key"> & { readonly effect: string };

interface Wish {
  readonly added: readonly Taint[];
  readonly removed: readonly Pattern[];
}

function parseTaints({ path }: Call, specs: readonly string[]): Wish {
  const added: Taint[] = [];
  const removed: Pattern[] = [];
  try {
    for (const spec of specs) {
      if (spec.endsWith("-")) {
        const { key, effect } = parseTaint(spec.slice(0, -1));
        removed.push({ key, effect });
        continue;
      }
      const { key, value, effect } = parseTaint(spec);
      if (effect === "") throw new CommandError(`invalid taint spec: ${spec}`);
      if (added.some((each) => each.key === key && each.effect === effect)) {
        throw new CommandError(
          `duplicated taints with the same key and effect: {${key} ${value} ${effect} <nil>}`,
        );
      }
      added.push({ key, ...(value !== "" && { value }), effect: effect as Taint["effect"] });
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw usageError(path, error.message);
  }
  return { added, removed };
}

function parseTaint(spec: string): { key: string; value: string; effect: string } {
  const invalid = (why = "") => new CommandError(`invalid taint spec: ${spec}${why && `, ${why}`}`);
  const [pair = "", effect, ...rest] = spec.split(":");
  if (rest.length > 0) throw invalid();
  let [key, value] = [pair, ""];
  if (effect !== undefined) {
    if (!/^(NoSchedule|PreferNoSchedule|NoExecute)$/.test(effect)) {
      throw new CommandError(`invalid taint effect: ${effect}, unsupported taint effect`);
    }
    const [name = "", given = "", ...more] = pair.split("=");
    if (more.length > 0) throw invalid();
    [key, value] = [name, given];
    const problems = labelValueProblems(value);
    if (problems.length > 0) throw invalid(problems.join("; "));
  }
  const problems = qualifiedNameProblems(key);
  if (problems.length > 0) throw invalid(problems.join("; "));
  return { key, value, effect: effect ?? "" };
}

async function check(
  { kubectl, flags }: Call,
  resources: readonly string[],
  { added, removed }: Wish,
): Promise<void> {
  const type = resources[0]?.toLowerCase() ?? "";
  const mapping = await kubectl.discovery.find(type);
  if (mapping.kind !== "Node") {
    throw new CommandError(`invalid resource type ${type}, only node types are supported`);
  }
  const conflicts = added.flatMap(({ key, effect }) =>
    removed.filter((each) => each.key === key && (each.effect === "" || each.effect === effect)),
  );
  if (conflicts.length > 0) {
    const shown = conflicts.map(({ key, effect }) => `{"${key}":"${effect}"}`).join(", ");
    throw new CommandError(
      `can not both modify and remove the following taint(s) in the same command: ${shown}`,
    );
  }
  const [all, selector] = [flags.bool("all"), flags.string("selector")];
  if (all && selector !== "") {
    throw new CommandError("setting 'all' parameter with a non empty selector is prohibited");
  }
  if (!all && selector === "" && resources.length < 2) {
    throw new CommandError(
      "at least one resource name must be specified since 'all' parameter is not set",
    );
  }
}

const same = (a: Pattern, b: Pattern): boolean => a.key === b.key && a.effect === b.effect;

/** The taints that the node should have, and what is said of it. */
function change(
  node: Node,
  { added, removed }: Wish,
  { overwrite, words }: { readonly overwrite: boolean; readonly words: KubectlWords },
): { taints: Taint[]; done: string } {
  const { metadata } = node;
  const old = taintsOf(node);
  const there = added.filter((each) => old.some((known) => same(known, each)));
  if (!overwrite && there.length > 0) {
    const [{ value = "", effect } = { effect: "" }] = there;
    const key = there.map((each) => each.key).join(",");
    const error = new CommandError(words.taintThere(metadata.name, { key, value, effect }));
    throw new Aggregate([error]);
  }
  const kept = old.filter((each) => !added.some((known) => same(known, each)));
  let taints = [...added, ...kept];
  const grows = taints.length !== old.length;
  let shrinks = false;
  const errors: CommandError[] = [];
  for (const { key, effect } of removed) {
    const left = taints.filter(
      (each) => each.key !== key || (effect !== "" && each.effect !== effect),
    );
    shrinks = left.length !== taints.length;
    if (!shrinks) {
      errors.push(new CommandError(words.taintMissing({ key, effect })));
    }
    taints = left;
  }
  if (errors.length > 0) throw new Aggregate(errors);
  const done =
    (grows && shrinks) || overwrite ? "modified" : grows ? "tainted" : words.taintRemoved;
  return { taints, done };
}
