// CSIDrivers: what the cluster must know of a CSI driver.
// pkg/registry/storage/csidriver/strategy.go.

import { equal } from "./clone.ts";
import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, immutable, notSupported, oneOf } from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface CsiDriver extends KubeObject {
  kind: "CSIDriver";
  spec: {
    attachRequired?: boolean;
    podInfoOnMount?: boolean;
    storageCapacity?: boolean;
    fsGroupPolicy?: string;
    volumeLifecycleModes?: string[];
    requiresRepublish?: boolean;
  };
}

const policies = ["File", "None", "ReadWriteOnceWithFSType"];
const lifecycles = ["Persistent", "Ephemeral"];

function validate({ spec }: CsiDriver): FieldError[] {
  const errors = spec.fsGroupPolicy
    ? [...oneOf("spec.fsGroupPolicy", spec.fsGroupPolicy, policies)]
    : [];
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (lifecycles.includes(mode)) continue;
    errors.push(notSupported("spec.volumeLifecycleModes", mode, lifecycles));
  }
  return errors;
}

export const csiDrivers = defineResource<CsiDriver>({
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIDriver",
  plural: "csidrivers",
  singular: "csidriver",
  shortNames: [],
  namespaced: false,
  needsVersion: true,
  alsoIn: ["storage.k8s.io/v1beta1"],
  returnsDeleted: true,

  default({ spec }, { era }) {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    if (era.gates.has("CSIStorageCapacity")) spec.storageCapacity ??= false;
    if (era.gates.has("CSIVolumeFSGroupPolicy")) spec.fsGroupPolicy ??= "ReadWriteOnceWithFSType";
    spec.volumeLifecycleModes ??= ["Persistent"];
  },
  validate,
  validateUpdate(driver, old) {
    const errors = validate(driver);
    if (equal(driver.spec, old.spec)) return errors;
    return [...errors, immutable("spec", goStruct("storage.CSIDriverSpec", driver.spec))];
  },

  columns: [
    nameColumn,
    textColumn("AttachRequired", ({ spec }) => String(spec.attachRequired ?? true)),
    textColumn("PodInfoOnMount", ({ spec }) => String(spec.podInfoOnMount ?? false)),
    textColumn("Modes", ({ spec }) => spec.volumeLifecycleModes?.join(",") || "<none>"),
    ageColumn,
  ],
});
