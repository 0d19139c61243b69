// What answers below an object: /scale, /log, /exec. What is not here is a part of it: /status.

import type { Subresource } from "../server.ts";
import { scale } from "./scale.ts";

export const subresources: Readonly<Record<string, Subresource>> = { scale };
