// What `test` and `[[` ask of the shell.

import { type Surroundings, wholeNumber } from "./condition.ts";
import { element, scalar } from "./special.ts";
import type { Options, Shell } from "./state.ts";

export function surroundings(shell: Shell): Surroundings {
  const { files, cwd, identity } = shell.process;
  return {
    files,
    cwd,
    uid: identity.uid,
    isTerminal: (descriptor) => shell.streams.get(descriptor)?.isTerminal ?? false,
    isSet(name) {
      const [, base = name, key] = /^(\w+)\[(.+)\]$/.exec(name) ?? [];
      if (key === undefined) return scalar(shell, base) !== undefined;
      return element(shell, shell.variables.find(base)?.value, key) !== undefined;
    },
    isOn: (option) => shell.options[option as keyof Options] ?? false,
    number: wholeNumber,
  };
}
