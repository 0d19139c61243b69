// Volumes and claims are marked, so that they do not go while they are used.
// plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go.

import type { KubeObject } from "../../api/meta.ts";
import type { AdmissionPlugin } from "./plugin.ts";

const finalizers: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
};

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  about: Object.keys(finalizers),
  admit({ operation, resource, object }) {
    if (operation !== "create") return;
    const finalizer = finalizers[resource.plural] as string;
    const { metadata } = object as KubeObject;
    const given = metadata.finalizers ?? [];
    if (!given.includes(finalizer)) metadata.finalizers = [...given, finalizer];
  },
};
