// What kinds need of the server beyond their resource, by plural.

import type { Hooks } from "./hooks.ts";
import { namespaceHooks } from "./namespaces.ts";
import { serviceHooks } from "./services.ts";

export const hooks: Readonly<Record<string, Hooks>> = {
  namespaces: namespaceHooks as Hooks,
  services: serviceHooks as Hooks,
};
