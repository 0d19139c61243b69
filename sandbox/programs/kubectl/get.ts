// kubectl get. pkg/cmd/get/get.go.

import type { KubeObject } from "../../api/meta.ts";
import { isReason } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import {
  Aggregate,
  CommandError,
  expected,
  flatten,
  type KubectlError,
  throwAll,
  usageError,
} from "./cli/errors.ts";
import { bool, list, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import {
  allNamespacesFlag,
  chunkSizeFlag,
  fieldSelectorFlag,
  fileFlags,
  selectorFlag,
} from "./cli/shared-flags.ts";
import {
  asksForKinds,
  columnFormats,
  hidesFinished,
  isFinishedPod,
  isHuman,
  printerOf,
  tableOf,
  tablePrinter,
  warnOfShowAll,
  withoutFinished,
} from "./get-printing.ts";
import { watchObjects } from "./get-watch.ts";
import type { Info, SelectOptions } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";
import type { Selection } from "./input/selection.ts";
import { printFlags, TemplateError } from "./print/printers.ts";
import { sortBy } from "./print/sorting.ts";
import { type Table, TableWriter } from "./print/table.ts";

export const get = defineCommand({
  name: "get",
  usage:
    "[(-o|--output=)json|yaml|wide|custom-columns=...|custom-columns-file=...|go-template=...|go-template-file=...|jsonpath=...|jsonpath-file=...] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
  short: "Display one or many resources",
  long: 'Display one or many resources. Use "kubectl api-resources" for a complete list of supported resources.',
  examples: [
    "# List all pods in ps output format.",
    "kubectl get pods",
    "",
    "# List all pods in ps output format with more information (such as node name).",
    "kubectl get pods -o wide",
    "",
    '# List a pod identified by type and name specified in "pod.yaml" in JSON output format.',
    "kubectl get -f pod.yaml -o json",
    "",
    "# Return only the phase value of the specified pod.",
    "kubectl get -o template pod/web-pod-13je7 --template={{.status.phase}}",
    "",
    "# List all replication controllers and services together in ps output format.",
    "kubectl get rc,services",
  ],
  suggestedFor: ["list", "ps"],
  completes: "type",
  flags: [
    ...printFlags(columnFormats),
    ...fileFlags("identifying the resource to get from a server."),
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    chunkSizeFlag,
    bool("watch w", "After listing/getting the requested object, watch for changes."),
    bool(
      "watch-only",
      "Watch for changes to the requested object(s), without listing/getting first.",
    ),
    bool("output-watch-events", "Output watch event objects when --watch or --watch-only is used."),
    bool(
      "ignore-not-found",
      "If the requested object does not exist the command will return exit code 0.",
    ),
    bool(
      "no-headers",
      "When using the default or custom-column output format, don't print headers.",
    ),
    bool("show-all a", "When printing, show all resources (default hide terminated pods.)"),
    bool(
      "show-labels",
      "When printing, show all labels as the last column (default hide labels column)",
    ),
    bool("show-kind", "If present, list the resource type for the requested object(s)."),
    bool(
      "show-managed-fields",
      "If true, keep the managedFields when printing objects in JSON or YAML format.",
      { hidden: true },
    ),
    bool("server-print", "If true, have the server return the appropriate table output.", {
      value: "true",
    }),
    list(
      "label-columns L",
      "Accepts a comma separated list of labels that are going to be presented as columns.",
    ),
    text(
      "sort-by",
      "If non-empty, sort list types using this field specification, a JSONPath expression.",
    ),
    text(
      "raw",
      "Raw URI to request from the server. Uses the transport specified by the kubeconfig file.",
    ),
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    if (flags.string("raw") !== "") return raw(call);
    checkOptions(call);
    const isWatch = flags.bool("watch") || flags.bool("watch-only");
    if (isWatch && flags.string("sort-by") !== "") {
      await kubectl.error("warning: --watch or --watch-only requested, --sort-by will be ignored");
    }
    if (!isWatch && args.length === 0 && !hasFiles(kubectl.files)) {
      const { list, onStdout, hint } = kubectl.words.typesMissing;
      if (onStdout) await kubectl.out(`${list}\n`);
      else await kubectl.error(list);
      throw usageError(call.path, `Required resource not specified.${hint}`);
    }
    await warnOfShowAll(kubectl);
    if (isWatch) return watchObjects(call, selectOptions(call));
    const selection = await kubectl.select(selectOptions(call));
    if (flags.bool("ignore-not-found")) selection.ignoring((error) => isReason(error, "NotFound"));
    if (isHuman(kubectl)) return printTables(call, selection);
    return printObjects(kubectl, selection);
  },
});

async function raw({ kubectl, flags, args }: Call): Promise<void> {
  if (args.length > 0)
    throw new CommandError("arguments may not be passed when --raw is specified");
  const [path = "", query = ""] = flags.string("raw").split("?");
  const pairs = query.split("&").filter((pair) => pair !== "");
  const response = await kubectl.rest.connection.send({
    method: "GET",
    path,
    query: Object.fromEntries(pairs.map((pair) => pair.split("=").map(decodeURIComponent))),
  });
  const { body } = response;
  await kubectl.out(typeof body === "string" ? body : `${JSON.stringify(body)}\n`);
}

function checkOptions({ flags, path }: Call): void {
  const format = flags.string("output");
  if (flags.bool("show-labels") && format !== "" && format !== "wide") {
    throw new CommandError(`--show-labels option cannot be used with ${format} printer`);
  }
  if (flags.bool("output-watch-events") && !flags.bool("watch") && !flags.bool("watch-only")) {
    throw usageError(
      path,
      "--output-watch-events option can only be used with --watch or --watch-only",
    );
  }
}

const tableTypes = [
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
  "application/json",
].join(",");

function selectOptions({ kubectl, flags, args }: Call): Partial<SelectOptions> {
  const human = isHuman(kubectl) && flags.bool("server-print");
  const asksTable = human && kubectl.era.behaviors.has("server-tables");
  const sorts = flags.string("sort-by") !== "";
  const limit = flags.string("chunk-size");
  const allNamespaces = flags.bool("all-namespaces");
  return {
    args,
    files: kubectl.files,
    typeMeansAll: true,
    allNamespaces,
    enforceNamespace: kubectl.settings.isNamespaceGiven && !allNamespaces,
    ...(flags.string("selector").trim() !== "" && { selector: flags.string("selector").trim() }),
    fieldSelector: flags.string("field-selector").trim(),
    latest: true,
    ask: {
      ...(asksTable && { headers: { accept: tableTypes } }),
      query: {
        ...(asksTable && sorts && { includeObject: "Object" }),
        ...(!sorts && limit !== "0" && !namesThings(args) && { limit }),
      },
    },
  };
}

/** A limit makes sense for lists alone. */
const namesThings = (args: readonly string[]): boolean =>
  args.length > 1 || args.some((arg) => arg.includes("/"));

async function printTables({ kubectl, args }: Call, selection: Selection): Promise<void> {
  const { flags } = kubectl;
  const { infos: found, error } = await selection.infos();
  const hides = hidesFinished(kubectl, selection.namesObjects);
  const headsAnyway = headsHidden(kubectl);
  const infos = hides && !headsAnyway ? withoutFinished(found) : found;
  const errors: KubectlError[] = error ? [error] : [];
  const sortPath = flags.string("sort-by");
  if (sortPath !== "" && infos.length > 1) sortBy(infos, sortPath, ({ object }) => object ?? {});
  const withKind =
    asksForKinds(kubectl, args) ||
    found.some(({ mapping }) => mapping?.kind !== found[0]?.mapping?.kind);
  const groups = groupsOf(kubectl, infos, selection.namesObjects);
  const writer = kubectl.words.tables === "joined" ? new Joined() : undefined;
  const texts = groups.map((group) =>
    tableText(kubectl, group, {
      ...{ withKind, writer: writer ?? kubectl.tableWriter() },
      withoutFinished: hides && headsAnyway,
    }),
  );
  const joined = writer ? kubectl.tableWriter().lines(writer.rows) : texts.filter(Boolean);
  const written = typeof joined === "string" ? joined : await writeApart(kubectl, joined);
  await kubectl.out(written);
  if (written === "" && found.length > infos.length) return throwAll(errors);
  const quiet = errors.length > 0 && !kubectl.era.behaviors.has("tells-nothing-and-why");
  if (written === "" && !quiet && !flags.bool("ignore-not-found")) {
    const namespaced = groups.every(([info]) => info?.mapping?.namespaced !== false);
    await tellNothing(kubectl, namespaced && !flags.bool("all-namespaces"));
  }
  if (errors.length > 0) throw new Aggregate(errors);
}

/** Pods were once hidden one by one, when their heading had been written. */
const headsHidden = ({ era }: Kubectl): boolean => era.behaviors.has("hidden-pods-leave-heading");

/** The rows of all tables, laid out together in the end. */
class Joined extends TableWriter {
  readonly rows: (readonly string[])[] = [];

  constructor() {
    super({ minWidth: 0, padding: 0, remembers: false });
  }

  override lines(table: readonly (readonly string[])[]): string {
    this.rows.push(...table);
    return "";
  }
}

/** One below the other; what is between them belongs to them, or goes to stderr. */
async function writeApart(kubectl: Kubectl, texts: readonly string[]): Promise<string> {
  if (kubectl.words.tables === "apart") {
    return texts.join(kubectl.flags.bool("no-headers") ? "" : "\n");
  }
  for (const _gap of texts.slice(1)) await kubectl.error("");
  return texts.join("");
}

function groupsOf({ words }: Kubectl, infos: readonly Info[], named: boolean): Info[][] {
  return named && words.headsEach ? infos.map((info) => [info]) : groupByKind(infos);
}

async function tellNothing(kubectl: Kubectl, namespaced: boolean): Promise<void> {
  const text = kubectl.words.noResources(namespaced ? ` in ${kubectl.namespace} namespace.` : "");
  if (text !== "") await kubectl.error(text);
}

/** Neighbours of one kind share a table. */
function groupByKind(infos: readonly Info[]): Info[][] {
  const groups: Info[][] = [];
  for (const info of infos) {
    const last = groups.at(-1);
    if (last && last[0]?.mapping === info.mapping) last.push(info);
    else groups.push([info]);
  }
  return groups;
}

interface GroupChoice {
  readonly withKind: boolean;
  readonly writer: TableWriter;
  /** Of pods that have ended only the heading is shown. */
  readonly withoutFinished: boolean;
}

/** All tables of one kind under one heading; what cannot be sorted is not shown. */
function tableText(
  kubectl: Kubectl,
  group: readonly Info[],
  { withKind, writer, ...choice }: GroupChoice,
): string {
  const mapping = group[0]?.mapping;
  const path = kubectl.flags.string("sort-by");
  const rows: Table["rows"][number][] = [];
  let columns: NonNullable<Table["columnDefinitions"]> = [];
  for (const { object } of group) {
    if (!object) continue;
    const table = tableOf(kubectl, object, mapping);
    if (table.columnDefinitions?.length) columns = table.columnDefinitions;
    try {
      rows.push(...(path !== "" && table.rows.length > 1 ? sortedRows(table, path) : table.rows));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  const printer = tablePrinter(kubectl, { mapping, withKind, writer });
  const hidden = choice.withoutFinished ? rows.filter(({ object }) => isFinishedPod(object)) : [];
  const shown = rows.filter((row) => !hidden.includes(row));
  const table = { kind: "Table" as const, columnDefinitions: columns, rows: shown };
  return shown.length === 0 && hidden.length > 0 ? printer.heading(table) : printer.print(table);
}

const sortedRows = (table: Table, path: string) => sortBy(table.rows, path, ({ object }) => object);

/** One object as it is, several as a list. */
async function printObjects(kubectl: Kubectl, selection: Selection): Promise<void> {
  const { flags } = kubectl;
  const { infos, error } = await selection.infos();
  if (error && selection.isSingle) throw error;
  const errors: KubectlError[] = error ? [error] : [];
  if (infos.length === 0 && flags.bool("ignore-not-found")) return reduce(errors);
  const printer = printerOf(kubectl, { writer: kubectl.tableWriter() });
  const hides = hidesFinished(kubectl, selection.namesObjects) && !headsHidden(kubectl);
  const shown = hides ? withoutFinished(infos) : infos;
  const objects = shown.flatMap(({ object }) => (object ? [object] : []));
  try {
    const [first] = objects;
    if (selection.isSingle && first && objects.length === 1)
      await kubectl.out(printer.print(first));
    else await kubectl.out(printer.print(listOf(objects, flags.string("sort-by"))));
  } catch (problem) {
    errors.push(expected(problem));
  }
  if (!kubectl.words.bareFailures || errors.length === 0) return reduce(errors);
  for (const problem of errors) {
    if (problem instanceof TemplateError) await kubectl.out(problem.written);
  }
  throw new Aggregate(errors);
}

function listOf(objects: readonly KubeObject[], path: string): object {
  const items = path === "" ? objects : sortBy(objects, path, (object) => object);
  return {
    apiVersion: "v1",
    items,
    kind: "List",
    metadata: { resourceVersion: "", selfLink: "" },
  };
}

/** The one error, or all of them. */
function reduce(errors: readonly KubectlError[]): void {
  throwAll(flatten(errors));
}
