import { expect, test } from "vitest";
import { openApiV2 } from "../sandbox/api/schema/openapi.ts";
import { v1_20 } from "../sandbox/eras/schema/index.ts";
import { encodeOpenApiV2 } from "./openapi-protobuf.ts";

/** The fields of a message: numbers, and bytes of what has a length. */
function read(bytes: Uint8Array): Map<number, (Uint8Array | number)[]> {
  const fields = new Map<number, (Uint8Array | number)[]>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const length = varint();
    const isNumber = (tag & 7) === 0;
    const value = isNumber ? length : bytes.subarray(at, at + length);
    if (!isNumber) at += length;
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const all = (bytes: Uint8Array, field: number) => (read(bytes).get(field) ?? []) as Uint8Array[];
const one = (bytes: Uint8Array, ...path: number[]) =>
  path.reduce((from, field) => all(from, field)[0] ?? new Uint8Array(), bytes);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const find = (list: readonly Uint8Array[], name: string) =>
  one(list.find((each) => text(one(each, 1)) === name) ?? new Uint8Array(), 2);

test("a document is written in the messages of gnostic", () => {
  const resources = [{ groupVersion: "v1", kind: "Pod", plural: "pods", namespaced: true }];
  const document = openApiV2({ schema: v1_20, resources, gitVersion: "v1.20.2" });
  const bytes = encodeOpenApiV2(document);
  expect(text(one(bytes, 1))).toBe("2.0");
  expect(text(one(bytes, 2, 2))).toBe("v1.20.2");

  const pod = find(all(one(bytes, 9), 1), "io.k8s.api.core.v1.Pod");
  expect(text(one(pod, 22, 1))).toBe("object");
  const kind = all(pod, 31)[0] ?? new Uint8Array();
  expect(text(one(kind, 1))).toBe("x-kubernetes-group-version-kind");
  expect(JSON.parse(text(one(kind, 2, 2)))).toEqual([{ group: "", kind: "Pod", version: "v1" }]);

  const spec = find(all(one(bytes, 9), 1), "io.k8s.api.core.v1.PodSpec");
  expect(all(spec, 19).map(text)).toEqual(["containers"]);
  const containers = find(all(one(spec, 25), 1), "containers");
  expect(text(one(containers, 23, 1, 1))).toBe("#/definitions/io.k8s.api.core.v1.Container");

  const path = find(all(one(bytes, 8), 2), "/api/v1/namespaces/{namespace}/pods/{name}");
  const parameters = all(one(path, 8), 8).map((each) => text(one(each, 1, 2, 3, 4)));
  expect(parameters).toEqual(["dryRun", "fieldManager", "force"]);
});
