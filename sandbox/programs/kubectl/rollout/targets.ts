// What the commands of `kubectl rollout` are about, and the flags that they share.

import type { Call } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import type { Flag } from "../cli/flags.ts";
import { fieldManagerFlag, fileFlags, selectorFlag } from "../cli/shared-flags.ts";
import { hasFiles } from "../input/manifests.ts";
import type { Selection } from "../input/selection.ts";
import { printFlags } from "../print/printers.ts";

export const targetFlags: readonly Flag[] = [
  ...fileFlags("identifying the resource to get from a server."),
  selectorFlag,
];

export const changeFlags: readonly Flag[] = [
  ...targetFlags,
  ...printFlags(),
  fieldManagerFlag("kubectl-rollout"),
];

export function targetsOf({ kubectl, flags, args }: Call): Promise<Selection> {
  if (args.length === 0 && !hasFiles(kubectl.files)) {
    throw new CommandError("required resource not specified");
  }
  const selector = flags.string("selector").trim();
  return kubectl.select({
    args,
    files: kubectl.files,
    typeMeansAll: true,
    latest: true,
    ...(selector !== "" && { selector }),
  });
}
