// How `kubectl get` prints: as tables, as columns of the user's own, or as any command does.
// kubectl pkg/cmd/get/get_flags.go, humanreadable_flags.go.

import type { KubeObject } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import type { KubectlWords } from "../../api/words/kubectl.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { type Info, itemsOf } from "./input/info.ts";
import { clientTable } from "./print/client-table.ts";
import { columnsPrinter } from "./print/custom-columns.ts";
import { kindName, type Printer } from "./print/printers.ts";
import { isTable, type Table, TablePrinter, type TableWriter } from "./print/table.ts";
import type { Mapping } from "./server/discovery.ts";

/** Formats that only this command has. */
export const columnFormats = ["custom-columns", "custom-columns-file", "wide"];

/** A table for people, and not something for programs. */
export function isHuman({ flags }: Kubectl): boolean {
  const format = flags.string("output");
  return format === "wide" || (format === "" && flags.string("template") === "");
}

/** What prints objects as `-o` says, with columns as this command has them. */
export function printerOf(kubectl: Kubectl, options: { readonly writer: TableWriter }): Printer {
  const { flags, process, words } = kubectl;
  const headers = !flags.bool("no-headers");
  return (
    columnsPrinter(flags.string("output"), {
      ...{ process, headers, writer: options.writer },
      allowMissingKeys: !words.templatesDemandFields,
    }) ?? kubectl.printer({ more: columnFormats })
  );
}

interface TableChoice {
  readonly mapping: Mapping | undefined;
  readonly withKind: boolean;
  readonly writer: TableWriter;
}

export function tablePrinter(
  { flags, words, era }: Kubectl,
  { mapping, withKind, writer }: TableChoice,
): TablePrinter {
  const qualified = mapping ? prefixOf(mapping, words) : "";
  return new TablePrinter(
    {
      wide: flags.string("output") === "wide",
      headers: !flags.bool("no-headers"),
      withNamespace: flags.bool("all-namespaces") && mapping?.namespaced === true,
      kindPrefix: withKind || flags.bool("show-kind") ? qualified : "",
      labelColumns: flags.list("label-columns"),
      noLabel: era.behaviors.has("server-tables") ? "" : "<none>",
      showLabels: flags.bool("show-labels"),
    },
    writer,
  );
}

/** `statefulset.apps`; before 1.8 what one would type: `po`, `petsets`. */
function prefixOf(mapping: Mapping, { naming, shortNames = {} }: KubectlWords): string {
  if (naming !== "plain") return kindName(mapping.kind, mapping.group, naming);
  const { plural } = mapping;
  return Object.keys(shortNames).find((short) => shortNames[short] === plural) ?? plural;
}

/** The server's table; or one made here, of an object or of all in a list. */
export function tableOf(kubectl: Kubectl, object: object, mapping: Mapping | undefined): Table {
  if (isTable(object) || !mapping) return object as Table;
  const objects = itemsOf(object) ?? [object as KubeObject];
  return clientTable(objects, mapping, { era: kubectl.era, now: kubectl.now() });
}

/**
 * Whether the arguments ask for several kinds: names then say of which they are.
 * pkg/kubectl/resource/builder.go MultipleTypesRequested.
 */
export function asksForKinds({ era }: Kubectl, args: readonly string[]): boolean {
  if (era.behaviors.has("kinds-shown-if-found")) return false;
  const targets = args.filter((arg) => arg.includes("/")).map((arg) => arg.split("/")[0]);
  const [first = ""] = args;
  return args.includes("all") || new Set(first.split(",")).size > 1 || new Set(targets).size > 1;
}

/**
 * True if pods that have ended are not shown. Those that were named always are.
 * pkg/kubectl/resource_filter.go; before 1.4, printPodBase.
 */
export function hidesFinished({ era, flags }: Kubectl, named: boolean): boolean {
  if (flags.changed("show-all")) return !flags.bool("show-all");
  return era.behaviors.has("hides-finished-pods") && !named;
}

/** A pod that ended for a reason of its own, such as an eviction, does not count as one. */
export function isFinishedPod(object: object): boolean {
  const { kind, status } = object as Partial<Pod>;
  const why = status?.reason || status?.phase;
  return kind === "Pod" && (why === "Succeeded" || why === "Failed");
}

export function withoutFinished(infos: readonly Info[]): Info[] {
  return infos.flatMap((info): Info[] => {
    const { object } = info;
    if (!object) return [info];
    const items = itemsOf(object);
    if (!items) return isFinishedPod(object) ? [] : [info];
    const left = items.filter((item) => !isFinishedPod(item));
    const shown: KubeObject & { items: readonly KubeObject[] } = { ...object, items: left };
    return [{ ...info, object: shown }];
  });
}

/** Since nothing is hidden, the flag is on its way out. */
export async function warnOfShowAll(kubectl: Kubectl): Promise<void> {
  const { era, flags, process } = kubectl;
  if (!flags.changed("show-all") || era.behaviors.has("hides-finished-pods")) return;
  await process.stderr.write(
    "Flag --show-all has been deprecated, will be removed in an upcoming release\n",
  );
}
