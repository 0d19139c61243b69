// The schema of each era. One table serves all clusters of a page: it never changes, only what was
// once read of it is kept.

import { Schema } from "../../api/schema.ts";
import { v1_3 as lines1_3 } from "./v1.3.ts";
import { v1_5 as lines1_5 } from "./v1.5.ts";
import { v1_11 as lines1_11 } from "./v1.11.ts";
import { v1_20 as lines1_20 } from "./v1.20.ts";
import { v1_34 as lines1_34 } from "./v1.34.ts";

export const v1_3 = /* @__PURE__ */ new Schema(lines1_3);
export const v1_5 = /* @__PURE__ */ new Schema(lines1_5);
export const v1_11 = /* @__PURE__ */ new Schema(lines1_11);
export const v1_20 = /* @__PURE__ */ new Schema(lines1_20);
export const v1_34 = /* @__PURE__ */ new Schema(lines1_34);
