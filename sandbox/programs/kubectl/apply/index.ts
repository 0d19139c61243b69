// What `kubectl apply` has below it: the configuration that was applied last.

import type { Command } from "../cli/command.ts";
import { editLastApplied } from "./edit-last-applied.ts";
import { setLastApplied } from "./set-last-applied.ts";
import { viewLastApplied } from "./view-last-applied.ts";

export const applySubcommands: readonly Command[] = [
  editLastApplied,
  setLastApplied,
  viewLastApplied,
];
