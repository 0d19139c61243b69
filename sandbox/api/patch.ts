// The patches that change an object by a plain difference: JSON patch (RFC 6902) and JSON merge
// patch (RFC 7386). Kubernetes' own kind is in strategic-merge.ts.

import { clone, equal } from "./clone.ts";
import { plainFailure } from "./status.ts";

type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A new value: `target` with `patch` merged in; null takes a field away. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return clone(patch);
  const result: Fields = isFields(target) ? { ...target } : {};
  for (const key in patch) {
    if (patch[key] === null) delete result[key];
    else result[key] = mergePatch(result[key], patch[key]);
  }
  return result;
}

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace" | "move" | "copy" | "test";
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** A new value: `target` with every operation done in order. Throws in the server's words. */
export function jsonPatch(target: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root = { "": clone(target) };
  for (const operation of operations) apply(root, operation);
  return root[""];
}

function apply(root: Fields, { op, path, from, value }: JsonPatchOperation): void {
  switch (op) {
    case "test":
      if (!equal(read(root, path, "test"), value)) {
        throw invalidPatch(`testing value ${path} failed: test failed`);
      }
      return;
    case "remove":
      remove(root, path);
      return;
    case "add":
      add(root, path, clone(value));
      return;
    case "replace":
      read(root, path, "replace");
      replace(root, path, clone(value));
      return;
    case "copy":
      add(root, path, clone(read(root, from ?? "", "copy")));
      return;
    case "move": {
      const moved = read(root, from ?? "", "move");
      remove(root, from ?? "");
      add(root, path, moved);
      return;
    }
    default:
      throw invalidPatch(`Unexpected kind: ${String(op)}`);
  }
}

function locate(root: Fields, path: string, op: string): { parent: unknown; key: string } {
  const keys = path === "" ? [] : path.slice(1).split("/");
  let parent: unknown = root;
  let key = "";
  for (const next of keys) {
    parent = child(parent, key);
    key = next.replace(/~1/g, "/").replace(/~0/g, "~");
    if (typeof parent !== "object" || parent === null) {
      throw invalidPatch(
        `${op} operation does not apply: doc is missing path: ${path}: missing value`,
      );
    }
  }
  return { parent, key };
}

const child = (parent: unknown, key: string): unknown =>
  Array.isArray(parent) ? parent[Number(key)] : isFields(parent) ? parent[key] : undefined;

function read(root: Fields, path: string, op: string): unknown {
  const { parent, key } = locate(root, path, op);
  const value = child(parent, key);
  if (value === undefined) {
    throw invalidPatch(
      `${op} operation does not apply: doc is missing key: ${path}: missing value`,
    );
  }
  return value;
}

function add(root: Fields, path: string, value: unknown): void {
  const { parent, key } = locate(root, path, "add");
  if (Array.isArray(parent)) {
    const index = key === "-" ? parent.length : Number(key);
    if (!(index >= 0 && index <= parent.length)) {
      throw invalidPatch(
        `add operation does not apply: doc is missing path: ${path}: missing value`,
      );
    }
    parent.splice(index, 0, value);
  } else (parent as Fields)[key] = value;
}

function replace(root: Fields, path: string, value: unknown): void {
  const { parent, key } = locate(root, path, "replace");
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else (parent as Fields)[key] = value;
}

function remove(root: Fields, path: string): void {
  read(root, path, "remove");
  const { parent, key } = locate(root, path, "remove");
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Fields)[key];
}

const invalidPatch = (message: string) => plainFailure(message, 422);
