// The releases of Kubernetes that there are, oldest first.

import type { Era } from "../api/era.ts";
import { v1_20 } from "./v1.20.ts";
import { v1_34 } from "./v1.34.ts";

export const eras: Readonly<Record<string, Era>> = {
  "v1.20": v1_20,
  "v1.34": v1_34,
};
