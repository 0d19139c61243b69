// Every admission plugin; the era says which are on, and in which order.

import type { AdmissionPlugin } from "./plugin.ts";

export const plugins: readonly AdmissionPlugin[] = [];
