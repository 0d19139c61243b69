// CSINodes: which CSI drivers a node has. pkg/registry/storage/csinode/strategy.go.

import { equal } from "./clone.ts";
import { ageColumn, countColumn, nameColumn } from "./columns.ts";
import type { Era } from "./era.ts";
import {
  duplicate,
  type FieldError,
  immutable,
  invalid,
  invalids,
  nonNegative,
  required,
} from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import type { KubeObject } from "./meta.ts";
import { qualifiedNameProblems } from "./names.ts";
import { validateDriverName } from "./persistentvolume-validation.ts";
import { defineResource } from "./resource.ts";

export interface CsiNode extends KubeObject {
  kind: "CSINode";
  spec: { drivers?: CsiNodeDriver[] };
}

export interface CsiNodeDriver {
  name: string;
  nodeID: string;
  topologyKeys?: string[];
  allocatable?: { count?: number };
}

function validate({ spec }: CsiNode, era: Era): FieldError[] {
  const names = new Set<string>();
  return (spec.drivers ?? []).flatMap((driver, index) => {
    const field = `spec.drivers[${index}]`;
    const { name, nodeID, topologyKeys = [], allocatable } = driver;
    const errors = name ? [] : [required(`${field}.name`)];
    errors.push(...validateDriverName(name, `${field}.name`, era));
    if (!nodeID) errors.push(required(`${field}.nodeID`));
    else if (nodeID.length > 128) {
      errors.push(invalid(`${field}.nodeID`, nodeID, "must be 128 characters or less"));
    }
    errors.push(...nonNegative(`${field}.allocatable.count`, allocatable?.count));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    for (const [at, key] of topologyKeys.entries()) {
      if (topologyKeys.indexOf(key) < at) errors.push(duplicate(field, key));
      errors.push(...invalids(field, key, qualifiedNameProblems(key, era)));
    }
    return errors;
  });
}

export const csiNodes = defineResource<CsiNode>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  singular: "csinode",
  shortNames: [],
  namespaced: false,
  needsVersion: true,
  alsoIn: ["storage.k8s.io/v1beta1"],
  returnsDeleted: true,

  validate: (node, { era }) => validate(node, era),
  validateUpdate(node, old, { era }) {
    const errors = validate(node, era);
    for (const driver of node.spec.drivers ?? []) {
      const before = old.spec.drivers?.find(({ name }) => name === driver.name);
      if (!before || equal(before, driver)) continue;
      errors.push(immutable("CSINodeDriver", goStruct("storage.CSINodeDriver", driver)));
    }
    return errors;
  },

  columns: [nameColumn, countColumn("Drivers", ({ spec }) => spec.drivers?.length), ageColumn],
});
