// Tables that kubectl makes itself, as it did until the server made them: the columns are those of
// kubectl's own release. pkg/printers/internalversion/printers.go of 1.10 and earlier.

import type { Era } from "../../../api/era.ts";
import { resources } from "../../../api/index.ts";
import type { KubeObject } from "../../../api/meta.ts";
import type { Column, View } from "../../../api/resource.ts";
import type { Mapping } from "../server/discovery.ts";
import type { Table } from "./table.ts";

export function clientTable(
  objects: readonly KubeObject[],
  mapping: Mapping,
  { era, now }: { readonly era: Era; readonly now: number },
): Table {
  const columns = columnsOf(mapping, era);
  const view: View = { now, era, wide: true };
  return {
    kind: "Table",
    columnDefinitions: columns.map(({ name, type, format, wide }) => ({
      name,
      type: type === "date" ? "string" : type,
      format: format ?? "",
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, view)),
      object,
    })),
  };
}

function columnsOf({ plural, group }: Mapping, era: Era): readonly Column<KubeObject>[] {
  const same = resources.filter((resource) => resource.plural === plural);
  const resource = same.find((each) => each.group === group) ?? same[0];
  const all = resource?.columns ?? [];
  const names = era.columns[plural];
  if (!names) return all.filter(({ onlyIn }) => !onlyIn);
  return names.flatMap((name) => all.filter((column) => columnId(column) === name));
}

const columnId = ({ name, onlyIn }: Column<KubeObject>): string =>
  onlyIn ? `${name}@${onlyIn}` : name;
