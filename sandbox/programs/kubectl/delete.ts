// kubectl delete. pkg/cmd/delete/delete.go, delete_flags.go.

import type { KubeObject } from "../../api/meta.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { isReason, type Status } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import {
  atSource,
  CommandError,
  expected,
  type KubectlError,
  notSimulated,
  SyntaxProblem,
  throwAll,
} from "./cli/errors.ts";
import { bool, duration, type Flag, int, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import {
  allFlag,
  allNamespacesFlag,
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldSelectorFlag,
  fileFlags,
  operationOf,
  selectorFlag,
} from "./cli/shared-flags.ts";
import type { ServedInfo } from "./input/info.ts";
import type { Selection } from "./input/selection.ts";
import { kindName } from "./print/printers.ts";
import { reap } from "./reaping.ts";
import type { DeleteBody, Target } from "./server/rest.ts";
import { FOREVER_MS, waitFor } from "./waiting.ts";

/** Flags of everything that deletes. */
export const deletionFlags: readonly Flag[] = [
  text(
    "cascade",
    'Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents.',
    { value: "background", bare: "background" },
  ),
  bool("force", "If true, immediately remove resources from API and bypass graceful deletion."),
  int(
    "grace-period",
    "Period of time in seconds given to the resource to terminate gracefully. Ignored if negative.",
    { value: "-1" },
  ),
  duration(
    "timeout",
    "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
  ),
];

const waitFlag = bool(
  "wait",
  "If true, wait for resources to be gone before returning. This waits for finalizers.",
  { value: "true" },
);

export const deleteCommand = defineCommand({
  name: "delete",
  usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])",
  short:
    "Delete resources by filenames, stdin, resources and names, or by resources and label selector",
  examples: [
    "# Delete a pod using the type and name specified in pod.json.",
    "kubectl delete -f ./pod.json",
    "",
    '# Delete pods and services with same names "baz" and "foo"',
    "kubectl delete pod,service baz foo",
    "",
    "# Force delete a pod on a dead node",
    "kubectl delete pod foo --force",
  ],
  suggestedFor: ["rm"],
  completes: "type",
  flags: [
    ...fileFlags("containing the resource to delete."),
    ...deletionFlags,
    waitFlag,
    dryRunFlag,
    selectorFlag,
    fieldSelectorFlag,
    allFlag(
      "Delete all resources, including uninitialized ones, in the namespace of the specified resource types.",
    ),
    allNamespacesFlag,
    bool(
      "ignore-not-found",
      'Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.',
    ),
    bool(
      "now",
      "If true, resources are signaled for immediate shutdown (same as --grace-period=1).",
    ),
    text("output o", 'Output mode. Use "-o name" for shorter output (resource/name).'),
    text("raw", "Raw URI to DELETE to the server."),
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    if (flags.string("raw") !== "") throw notSimulated("delete --raw");
    const cascade = await cascadeOf(kubectl);
    const all = flags.bool("all");
    const selector = flags.string("selector").trim();
    const fieldSelector = flags.string("field-selector").trim();
    const gracePeriod = gracePeriodOf(call);
    const dryRun = await dryRunOf(kubectl);
    if (all && selector !== "")
      throw new CommandError(
        `found non-empty label selector ${quoted(selector)} with previously set 'all' parameter. `,
      );
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      ...(selector !== "" && { selector }),
      fieldSelector,
      all,
      allNamespaces: flags.bool("all-namespaces"),
      lazy: true,
    });
    const output = flags.string("output");
    if (output !== "" && output !== "name") {
      throw new CommandError(`unexpected -o output mode: ${output}. We only support '-o name'`);
    }
    await warnOfForce(kubectl, gracePeriod);
    const selects = all || selector !== "" || fieldSelector !== "";
    await deleteAll(call, selection, {
      cascade,
      gracePeriod,
      dryRun,
      wait: flags.bool("wait"),
      timeoutMs: flags.duration("timeout"),
      ignoresMissing: flags.changed("ignore-not-found") ? flags.bool("ignore-not-found") : selects,
    });
  },
});

/** Negative: the server's own. */
function gracePeriodOf({ flags }: Call): number {
  const force = flags.bool("force");
  const given = flags.int("grace-period");
  if (flags.bool("now") && given !== -1) {
    throw new CommandError("--now and --grace-period cannot be specified together");
  }
  if (flags.bool("now")) return 1;
  if (given === 0 && !force) return flags.has("force") ? 1 : 0;
  if (given > 0 && force) {
    throw new CommandError(
      "--force and --grace-period greater than 0 cannot be specified together",
    );
  }
  return force && given < 0 ? 0 : given;
}

async function warnOfForce(kubectl: Kubectl, gracePeriod: number): Promise<void> {
  if (gracePeriod !== 0 || !kubectl.flags.bool("force")) return;
  await kubectl.error(
    `${kubectl.words.warning}: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.`,
  );
}

/** What becomes of dependents, in the API's words; says so if it is asked in an old way. */
export async function cascadeOf(kubectl: Kubectl): Promise<string> {
  const value = kubectl.flags.string("cascade");
  if (kubectl.words.cascadeIsBool) return boolCascade(kubectl, value);
  const policies: Readonly<Record<string, string>> = {
    background: "Background",
    foreground: "Foreground",
    orphan: "Orphan",
  };
  const policy = policies[value];
  if (policy !== undefined) return policy;
  const truth = /^(1|t|T|TRUE|true|True)$/.test(value);
  if (truth || /^(0|f|F|FALSE|false|False)$/.test(value)) {
    const instead = truth ? "background" : "orphan";
    await kubectl.error(
      `warning: --cascade=${value} is deprecated (boolean value) and can be replaced with --cascade=${instead}.`,
    );
    return policies[instead] ?? "";
  }
  throw new CommandError(
    `invalid cascade value (${value}). Must be "background", "foreground", or "orphan"`,
  );
}

/** Until 1.19: dependents go, or they stay. */
function boolCascade({ flags }: Kubectl, value: string): string {
  if (!flags.changed("cascade") || /^(1|t|T|TRUE|true|True)$/.test(value)) return "Background";
  if (/^(0|f|F|FALSE|false|False)$/.test(value)) return "Orphan";
  const problem = `strconv.ParseBool: parsing ${quoted(value)}: invalid syntax`;
  throw new SyntaxProblem(`invalid argument ${quoted(value)} for "--cascade" flag: ${problem}`);
}

export interface Deletion {
  readonly cascade: string;
  readonly gracePeriod: number;
  readonly dryRun: DryRun;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly ignoresMissing: boolean;
}

/** Deletes what was selected, one after the other; then waits until all of it is gone. */
export async function deleteAll(
  { kubectl }: Pick<Call, "kubectl">,
  selection: Selection,
  deletion: Deletion,
): Promise<void> {
  const { dryRun, ignoresMissing } = deletion;
  if (ignoresMissing) selection.ignoring((error) => isReason(error, "NotFound"));
  const deleted: { target: Target; uid: string | undefined }[] = [];
  let warns = kubectl.settings.isNamespaceGiven;
  let found = 0;
  await selection.visit(async (info) => {
    const target = info as ServedInfo;
    found++;
    if (warns && !target.mapping.namespaced) {
      warns = false;
      await kubectl.error(
        `${kubectl.words.warning}: deleting cluster-scoped resources, not scoped to the provided namespace`,
      );
    }
    if (dryRun === "client") {
      await kubectl.out(deletedText(kubectl, target, deletion));
      return;
    }
    const uid = await deleteOne(kubectl, target, deletion);
    deleted.push({ target, uid });
  });
  if (found === 0) {
    await kubectl.out("No resources found\n");
    return;
  }
  const waits = deletion.wait && kubectl.words.deleteWaits;
  if (waits && dryRun === "none") await waitUntilGone(kubectl, deleted, deletion.timeoutMs);
}

/** Asks for it, says so, and gives the uid of what was asked to go. */
async function deleteOne(
  kubectl: Kubectl,
  target: ServedInfo,
  deletion: Deletion,
): Promise<string | undefined> {
  const { cascade, gracePeriod, dryRun } = deletion;
  const { reaps, deletesByPolicy } = kubectl.words;
  const isReaped = cascade !== "Orphan" && reaps.includes(target.mapping.plural);
  if (isReaped) await reap(kubectl, target);
  const body: DeleteBody = {
    ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
    ...(deletesByPolicy && { propagationPolicy: cascade }),
    ...(!deletesByPolicy && cascade === "Orphan" && { orphanDependents: true }),
    ...(dryRun === "server" && { dryRun: ["All"] }),
  };
  let answer: KubeObject & Pick<Status, "details">;
  try {
    answer = await kubectl.rest.delete(target, body);
  } catch (error) {
    throw atSource("deleting", target.source, error);
  }
  await kubectl.warned();
  await kubectl.out(deletedText(kubectl, target, deletion));
  return answer.kind === "Status" ? answer.details?.uid : answer.metadata?.uid;
}

function deletedText(kubectl: Kubectl, target: Target, { gracePeriod, dryRun }: Deletion): string {
  const { mapping, name, namespace } = target;
  const qualified = kindName(mapping.kind, mapping.group, kubectl.words.naming);
  if (kubectl.flags.string("output") === "name") return `${qualified}/${name}\n`;
  const forced = gracePeriod === 0 && kubectl.words.saysForced;
  const done = forced ? "force deleted" : "deleted";
  const from =
    mapping.namespaced && kubectl.era.behaviors.has("namespace-in-deleted")
      ? ` from ${namespace} namespace`
      : "";
  return `${qualified} ${quoted(name)} ${operationOf(`${done}${from}`, dryRun)}\n`;
}

async function waitUntilGone(
  kubectl: Kubectl,
  deleted: readonly { target: Target; uid: string | undefined }[],
  timeoutMs: number,
): Promise<void> {
  const errors: KubectlError[] = [];
  for (const { target, uid } of deleted) {
    try {
      await waitFor(kubectl, target, {
        timeoutMs: timeoutMs === 0 ? FOREVER_MS : timeoutMs,
        uid,
        done: (object) => object === undefined,
      });
    } catch (error) {
      const failure = expected(error);
      if (!isReason(failure, "Forbidden", "MethodNotAllowed", "NotFound")) errors.push(failure);
    }
  }
  throwAll(errors);
}
