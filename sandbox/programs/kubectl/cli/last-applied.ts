// The annotation in which `kubectl apply` remembers what it applied. pkg/util/apply.go.

import type { KubeObject } from "../../../api/meta.ts";
import { goJson } from "../../../api/schema/go-json.ts";

export const lastAppliedKey = "kubectl.kubernetes.io/last-applied-configuration";

export const lastApplied = (object: KubeObject): string | undefined =>
  object.metadata.annotations?.[lastAppliedKey];

/** The object as text, without the annotation. */
export function appliedText(object: KubeObject): string {
  const { [lastAppliedKey]: _, ...annotations } = object.metadata.annotations ?? {};
  return `${goJson({ ...object, metadata: { ...object.metadata, annotations } })}\n`;
}

/** The object with itself in its annotation. */
export const rememberApplied = (object: KubeObject): KubeObject =>
  annotate(object, lastAppliedKey, appliedText(object));

export function annotate(object: KubeObject, key: string, value: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [key]: value };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Notes what is saved if it is wanted, or was noted before: `--save-config`. */
export const saveConfig = (object: KubeObject, wanted: boolean): KubeObject =>
  wanted || lastApplied(object) !== undefined ? rememberApplied(object) : object;

export const changeCauseKey = "kubernetes.io/change-cause";
