// What the commands of `kubectl set` are about, and what they have in common. pkg/cmd/set.

import type { KubeObject } from "../../../api/meta.ts";
import type { Call } from "../cli/command.ts";
import { CommandError, type KubectlError, PlainError, throwAll } from "../cli/errors.ts";
import { bool, type Flag } from "../cli/flags.ts";
import { annotate, changeCauseKey } from "../cli/last-applied.ts";
import {
  allFlag,
  changeCause,
  dryRunFlag,
  fieldManagerFlag,
  fileFlags,
  localFlag,
  operationOf,
  recordFlag,
  selectorFlag,
} from "../cli/shared-flags.ts";
import type { Info } from "../input/info.ts";
import { changeAll } from "../object-patches.ts";
import { printFlags } from "../print/printers.ts";

export const setFlags = (name: string): Flag[] => [
  ...fileFlags("identifying the resource to get from a server."),
  ...printFlags(),
  allFlag(
    "Select all resources, including uninitialized ones, in the namespace of the specified resource types",
  ),
  selectorFlag,
  localFlag(`set ${name}`),
  dryRunFlag,
  recordFlag,
  fieldManagerFlag("kubectl-set"),
];

export const listFlag = bool(
  "list",
  "If true, display the environment and any changes in the standard format. this flag will removed when we have kubectl view env.",
);

/** The objects, as the server has them or as files say. */
export async function infosOf(
  { kubectl, flags }: Call,
  resources: readonly string[],
): Promise<readonly Info[]> {
  const local = flags.bool("local");
  if (local && resources.length > 0) {
    throw new PlainError(`error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
`);
  }
  const selector = flags.string("selector").trim();
  const selection = await kubectl.select({
    files: kubectl.files,
    local,
    ...(!local && {
      args: resources,
      typeMeansAll: flags.bool("all"),
      latest: true,
      ...(selector !== "" && { selector }),
    }),
  });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  return infos;
}

export function checkChoice({ flags }: Call): void {
  if (flags.bool("local") && flags.string("dry-run") === "server") {
    throw new CommandError(
      "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
    );
  }
  if (flags.bool("all") && flags.string("selector") !== "") {
    throw new CommandError("cannot set --all and --selector at the same time");
  }
}

export interface Setting {
  /** `image updated`. */
  readonly done: string;
  readonly failure: string;
  readonly sendsEmpty?: boolean;
  /** What to complain of in the end; gathered while objects are changed. */
  readonly complaints?: readonly KubectlError[];
  change(object: KubeObject): KubeObject | undefined;
}

/** Changes all of them; complains of everything at the end. */
export async function setAll(call: Call, infos: readonly Info[], setting: Setting): Promise<void> {
  const { kubectl, flags } = call;
  const errors = await changeAll(call, infos, {
    local: flags.bool("local"),
    failure: setting.failure,
    sendsEmpty: setting.sendsEmpty ?? false,
    operation: (dryRun) => operationOf(setting.done, dryRun),
    nameOf: ({ mapping, name }) => `${mapping?.plural ?? ""}/${name}`,
    change(object) {
      const changed = setting.change(object);
      if (!changed || !flags.bool("record")) return changed;
      return annotate(changed, changeCauseKey, changeCause(kubectl));
    },
  });
  throwAll([...(setting.complaints ?? []), ...errors]);
}

/** `*` stands for any text. */
export function selectsName(name: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
