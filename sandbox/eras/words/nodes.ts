// What the controllers of nodes call themselves in each era, and what they write.

import type { NodeWords } from "../../api/words/nodes.ts";

export const v1_3: NodeWords = {
  source: "controllermanager",
  registry: "NodeController",
  taintSource: "taint-controller",
  silenced: ["OutOfDisk"],
};

export const v1_8: NodeWords = {
  ...v1_3,
  source: "node-controller",
  registry: "Controller",
  silenced: ["OutOfDisk", "MemoryPressure", "DiskPressure"],
};

export const v1_12: NodeWords = {
  ...v1_8,
  silenced: ["OutOfDisk", "MemoryPressure", "DiskPressure", "PIDPressure"],
};

export const v1_20: NodeWords = {
  ...v1_12,
  silenced: ["MemoryPressure", "DiskPressure", "PIDPressure"],
};

export const v1_34: NodeWords = { ...v1_20, taintSource: "taint-eviction-controller" };
