// kubectl label and annotate: pairs that are set on objects, or taken away.
// pkg/cmd/label/label.go, pkg/cmd/annotate/annotate.go.

import { equal } from "../../api/clone.ts";
import { mergeDiff } from "../../api/merge-diff.ts";
import type { KubeObject } from "../../api/meta.ts";
import { labelValueProblems } from "../../api/names.ts";
import { splitGroupVersion } from "../../api/resource.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { type Call, type Command, defineCommand } from "./cli/command.ts";
import { Aggregate, CommandError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import { changeCauseKey } from "./cli/last-applied.ts";
import {
  allFlag,
  changeCause,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldSelectorFlag,
  fileFlags,
  localFlag,
  operationOf,
  type Pairs,
  parsePairs,
  recordFlag,
  selectorFlag,
  splitChanges,
} from "./cli/shared-flags.ts";
import type { Info, ServedInfo } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";
import { printFlags } from "./print/printers.ts";

/** Labels or annotations. */
interface Kind {
  readonly name: "label" | "annotate";
  /** As messages name one of them. */
  readonly noun: "label" | "annotation";
  readonly field: "labels" | "annotations";
  parse(pairs: readonly string[]): Pairs;
  /** Throws if something is there that may not be overwritten. */
  checkOverwrites(old: Texts, set: Texts, call: Call): void;
  /** What is said of an object; `before` and `after` are its pairs. */
  verdict(before: Texts, after: Texts, context: { call: Call; removes: boolean }): string;
}

type Texts = Readonly<Record<string, string>>;

const labels: Kind = {
  name: "label",
  noun: "label",
  field: "labels",
  parse(pairs) {
    const set: Record<string, string> = {};
    const removed: string[] = [];
    for (const pair of pairs) {
      const [key = "", value, ...rest] = pair.split("=");
      if (value === undefined) removed.push(pair.slice(0, -1));
      else {
        if (rest.length > 0) throw new CommandError(`invalid label spec: ${pair}`);
        const problems = labelValueProblems(value);
        if (problems.length > 0) {
          throw new CommandError(`invalid label value: ${quoted(pair)}: ${problems.join(";")}`);
        }
        set[key] = value;
      }
    }
    if (removed.some((key) => Object.hasOwn(set, key))) {
      throw new CommandError("can not both modify and remove a label in the same command");
    }
    return { set, removed };
  },
  checkOverwrites(old, set, { kubectl }) {
    const compares = kubectl.era.behaviors.has("kubectl-compares-labels");
    const errors = Object.keys(set)
      .filter((key) => Object.hasOwn(old, key) && !(compares && old[key] === set[key]))
      .map(
        (key) =>
          new CommandError(`'${key}' already has a value (${old[key]}), and --overwrite is false`),
      );
    if (errors.length > 0) throw new Aggregate(errors);
  },
  verdict(before, after, { call, removes }) {
    if (equal(before, after)) return "not labeled";
    const { words } = call.kubectl;
    return removes && Object.keys(after).length < Object.keys(before).length
      ? words.labelRemoved
      : "labeled";
  },
};

const annotations: Kind = {
  name: "annotate",
  noun: "annotation",
  field: "annotations",
  parse(pairs) {
    const { set, removed } = parsePairs(pairs, "annotation", true);
    const both = removed.filter((key) => Object.hasOwn(set, key));
    if (both.length > 0) {
      throw new CommandError(
        `can not both modify and remove the following annotation(s) in the same command: ${both.join(", ")}`,
      );
    }
    return { set, removed };
  },
  checkOverwrites(old, set) {
    const there = Object.keys(set).filter(
      (key) => key !== changeCauseKey && Object.hasOwn(old, key),
    );
    if (there.length === 0) return;
    const found = there.map((key) => `'${key}' already has a value (${old[key]})`).join("; ");
    throw new CommandError(
      `--overwrite is false but found the following declared annotation(s): ${found}`,
    );
  },
  verdict: () => "annotated",
};

function pairsCommand(kind: Kind, words: Pick<Command, "usage" | "short" | "examples">): Command {
  return defineCommand({
    name: kind.name,
    ...words,
    completes: "type",
    flags: [
      ...fileFlags(`identifying the resource to update the ${kind.noun}`),
      ...printFlags(),
      bool("overwrite", `If true, allow ${kind.field} to be overwritten.`),
      bool("list", `If true, display the ${kind.field} for a given resource.`),
      localFlag(kind.noun),
      selectorFlag,
      fieldSelectorFlag,
      allFlag(
        "Select all resources, including uninitialized ones, in the namespace of the specified resource types",
      ),
      text(
        "resource-version",
        "If non-empty, the update will only succeed if this is the current resource-version for the object.",
      ),
      dryRunFlag,
      recordFlag,
      fieldManagerFlag(`kubectl-${kind.name}`),
    ],
    run: (call) => run(kind, call),
  });
}

async function run(kind: Kind, call: Call): Promise<void> {
  const { kubectl, flags } = call;
  const dryRun = await dryRunOf(kubectl);
  const { resources, pairs } = splitChanges(call.args, kind.noun);
  const changes = kind.parse(pairs);
  if (flags.bool("list") && flags.string("output") !== "") {
    throw new CommandError("--list and --output may not be specified together");
  }
  check(kind, call, { resources, changes });
  const local = flags.bool("local");
  const selector = flags.string("selector").trim();
  const selection = await kubectl.select({
    files: kubectl.files,
    local,
    ...(!local && {
      args: resources,
      ...(selector !== "" && { selector }),
      fieldSelector: flags.string("field-selector").trim(),
      typeMeansAll: flags.bool("all"),
      latest: true,
    }),
  });
  if (!selection.isSingle && flags.string("resource-version") !== "") {
    throw new CommandError("--resource-version may only be used with a single resource");
  }
  const isDry = dryRun === "client" || local || flags.bool("list");
  await selection.visit(async (info) => {
    const object = info.object as KubeObject;
    const before = object.metadata[kind.field] ?? {};
    if (!isDry && kind.noun === "label") await tellMissing(call, before, changes);
    if (!flags.bool("overwrite")) kind.checkOverwrites(before, changes.set, call);
    const after = Object.fromEntries(
      Object.entries({ ...before, ...changes.set }).filter(
        ([key]) => !changes.removed.includes(key),
      ),
    );
    const draft = changed(object, { [kind.field]: after }, call);
    const shown = isDry
      ? draft
      : await kubectl.rest.patch(
          info as ServedInfo,
          { kind: "merge", body: mergeDiff({ ...object }, { ...draft }) },
          { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") },
        );
    if (flags.bool("list"))
      return listPairs(kind, call, { info, after, isSingle: selection.isSingle });
    const verdict = kind.verdict(before, after, { call, removes: changes.removed.length > 0 });
    const operation = kind.name === "annotate" ? operationOf(verdict, dryRun) : verdict;
    await kubectl.out(kubectl.printer({ operation }).print(shown));
  });
}

function check(
  kind: Kind,
  { kubectl, flags }: Call,
  { resources, changes }: { resources: readonly string[]; changes: Pairs },
): void {
  const [all, selector] = [flags.bool("all"), flags.string("selector")];
  if (all && selector !== "") {
    throw new CommandError("cannot set --all and --selector at the same time");
  }
  if (all && flags.string("field-selector") !== "") {
    throw new CommandError("cannot set --all and --field-selector at the same time");
  }
  if (resources.length === 0 && !hasFiles(kubectl.files)) {
    throw new CommandError(
      "one or more resources must be specified as <resource> <name> or <resource>/<name>",
    );
  }
  const count = Object.keys(changes.set).length + changes.removed.length;
  if (count === 0 && !flags.bool("list")) {
    throw new CommandError(`at least one ${kind.noun} update is required`);
  }
}

async function tellMissing({ kubectl }: Call, before: Texts, { removed }: Pairs): Promise<void> {
  for (const key of removed) {
    if (!Object.hasOwn(before, key)) await kubectl.out(`label ${quoted(key)} not found.\n`);
  }
}

/** The object with its pairs changed, and with the cause of it if that is to be noted. */
function changed(
  object: KubeObject,
  pairs: Partial<Record<Kind["field"], Texts>>,
  { kubectl, flags }: Call,
): KubeObject {
  const resourceVersion = flags.string("resource-version");
  const metadata = { ...object.metadata, ...pairs };
  if (flags.bool("record")) {
    metadata.annotations = { ...metadata.annotations, [changeCauseKey]: changeCause(kubectl) };
  }
  return {
    ...object,
    metadata: { ...metadata, ...(resourceVersion !== "" && { resourceVersion }) },
  };
}

async function listPairs(
  kind: Kind,
  { kubectl }: Call,
  {
    info,
    after,
    isSingle,
  }: { readonly info: Info; readonly after: Texts; readonly isSingle: boolean },
): Promise<void> {
  const object = info.object as KubeObject;
  const heading = `Listing ${kind.field} for ${object.kind}.${splitGroupVersion(object.apiVersion).group}/${info.name}:\n`;
  const lines = Object.keys(after)
    .sort()
    .map((key) => `${isSingle ? "" : " "}${key}=${after[key]}\n`);
  await kubectl.out((isSingle ? "" : heading) + lines.join(""));
}

export const label = pairsCommand(labels, {
  usage:
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  short: "Update the labels on a resource",
  examples: [
    "# Update pod 'foo' with the label 'unhealthy' and the value 'true'.",
    "kubectl label pods foo unhealthy=true",
    "",
    "# Update pod 'foo' by removing a label named 'bar' if it exists.",
    "kubectl label pods foo bar-",
  ],
});

export const annotate = pairsCommand(annotations, {
  usage:
    "[--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]",
  short: "Update the annotations on a resource",
  examples: [
    "# Update pod 'foo' with the annotation 'description' and the value 'my frontend'.",
    "kubectl annotate pods foo description='my frontend'",
    "",
    "# Update pod 'foo' by removing an annotation named 'description' if it exists.",
    "kubectl annotate pods foo description-",
  ],
});
