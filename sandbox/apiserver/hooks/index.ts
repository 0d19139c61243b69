// What kinds need of the server beyond their resource, by plural.

import type { Hooks } from "./hooks.ts";

export const hooks: Readonly<Record<string, Hooks>> = {};
