// The table of contents of builtins: what a shell runs itself because no program could.

import type { Builtin } from "./builtin.ts";
import { flow } from "./flow.ts";
import { input } from "./input.ts";
import { jobControl } from "./job-control.ts";
import { names } from "./names.ts";
import { settings } from "./settings.ts";
import { variables } from "./variables.ts";

export const builtins: Readonly<Record<string, Builtin>> = {
  ...flow,
  ...input,
  ...jobControl,
  ...names,
  ...settings,
  ...variables,
};

/** Those whose arguments may be assignments. */
export const declares: ReadonlySet<string> = new Set([
  "declare",
  "typeset",
  "local",
  "export",
  "readonly",
]);
