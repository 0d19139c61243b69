// kubectl get --watch: first what is there, then each change as it comes, in columns that only
// widen.
// pkg/cmd/get/get.go watch.

import type { KubeObject } from "../../api/meta.ts";
import { type Status, StatusError } from "../../api/status.ts";
import type { Call } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { isHuman, printerOf, tableOf, tablePrinter } from "./get-printing.ts";
import { type Info, itemsOf, type SelectOptions } from "./input/info.ts";
import { isTable } from "./print/table.ts";
import type { WatchEvent } from "./server/rest.ts";

/** Ends when the server ends the watch, or the process does. */
export async function watchObjects(call: Call, options: Partial<SelectOptions>): Promise<void> {
  const { kubectl, flags } = call;
  const selection = await kubectl.select({ ...options, singleType: true, keepLists: true });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  const [info] = infos;
  if (!info?.object) throw new CommandError("no resources found");
  if (infos.length > 1) {
    throw new CommandError(
      "watch is only supported on individual resources and resource collections - more than 1 resource was found",
    );
  }
  const print = printing(call, info);
  const isList = info.name === "";
  if (!flags.bool("watch-only")) await print.list(info.object);
  // A single object is watched from now on, which tells of it once more: that is not shown.
  let isEcho = !isList;
  const resourceVersion = isList ? info.resourceVersion : "0";
  const stopping = new AbortController();
  try {
    for await (const event of await selection.watch(resourceVersion, stopping.signal)) {
      if (event.type === "ERROR") throw new StatusError(event.object as Status);
      if (event.type === "BOOKMARK") continue;
      if (!isEcho) await print.event(event);
      isEcho = false;
    }
  } finally {
    stopping.abort();
    await kubectl.warned();
  }
}

interface Printing {
  list(object: KubeObject): Promise<void>;
  event(event: WatchEvent): Promise<void>;
}

function printing({ kubectl, flags }: Call, { mapping }: Info): Printing {
  const writer = kubectl.tableWriter();
  const withEvents = flags.bool("output-watch-events");
  if (isHuman(kubectl)) {
    const table = tablePrinter(kubectl, { mapping, withKind: false, writer });
    const show = (object: object, type: string) =>
      kubectl.out(table.print(tableOf(kubectl, object, mapping), withEvents ? type : undefined));
    return {
      list: (object) => show(object, "ADDED"),
      event: ({ object, type }) => show(object, type),
    };
  }
  const printer = printerOf(kubectl, { writer });
  const show = (object: object, type: string) =>
    kubectl.out(printer.print(withEvents ? { type, object } : object));
  return {
    async list(object) {
      const objects = isTable(object) ? [] : (itemsOf(object) ?? [object]);
      for (const each of objects) await show(each, "ADDED");
    },
    event: ({ object, type }) => show(object, type),
  };
}
