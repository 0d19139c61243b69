// The releases of Kubernetes that there are, oldest first.

import type { Era } from "../api/era.ts";
import { v1_3, v1_3_2 } from "./v1.3.ts";
import { v1_5 } from "./v1.5.ts";
import { v1_10, v1_11 } from "./v1.11.ts";
import { v1_20 } from "./v1.20.ts";
import { v1_33, v1_34 } from "./v1.34.ts";

export const eras: Readonly<Record<string, Era>> = {
  "v1.3": v1_3,
  "v1.3.2": v1_3_2,
  "v1.5": v1_5,
  "v1.10": v1_10,
  "v1.11": v1_11,
  "v1.20": v1_20,
  "v1.33": v1_33,
  "v1.34": v1_34,
};
