import { expect, test } from "vitest";
import { v1_11, v1_20, v1_34 } from "../../eras/schema/index.ts";
import { openApiV2, openApiV3, openApiV3Index, type ServedResource } from "./openapi.ts";

const resources: readonly ServedResource[] = [
  { groupVersion: "v1", kind: "Pod", plural: "pods", namespaced: true },
  { groupVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets", namespaced: true },
];
const gitVersion = "v1.0.0";
const pods = "/api/v1/namespaces/{namespace}/pods/{name}";
const at = (document: unknown, ...path: readonly string[]): unknown =>
  path.reduce((value, name) => (value as Record<string, unknown>)[name], document);
const names = (parameters: unknown) => (parameters as { name: string }[]).map(({ name }) => name);

test("version 2 has every type that the kinds refer to, and how it is patched", () => {
  const document = openApiV2({ schema: v1_20, resources, gitVersion });
  const properties = ["definitions", "io.k8s.api.core.v1.PodSpec", "properties"];
  expect(at(document, ...properties, "containers")).toEqual({
    type: "array",
    items: { $ref: "#/definitions/io.k8s.api.core.v1.Container" },
    "x-kubernetes-patch-merge-key": "name",
    "x-kubernetes-patch-strategy": "merge",
  });
  expect(at(document, ...properties, "volumes", "x-kubernetes-patch-strategy")).toBe(
    "merge,retainKeys",
  );
  const references = JSON.stringify(document).matchAll(/#\/definitions\/([\w.]+)/g);
  for (const [, name = ""] of references) expect(at(document, "definitions", name)).toBeDefined();
});

test("a kind says which group and version it is of", () => {
  const document = openApiV2({ schema: v1_20, resources, gitVersion });
  const definition = at(document, "definitions", "io.k8s.api.apps.v1.StatefulSet");
  expect(at(definition, "x-kubernetes-group-version-kind")).toEqual([
    { group: "apps", kind: "StatefulSet", version: "v1" },
  ]);
});

test("a server offers what it can do: dry runs since 1.13, validation since 1.25", () => {
  const parameters = (schema: typeof v1_20) =>
    names(at(openApiV2({ schema, resources, gitVersion }), "paths", pods, "patch", "parameters"));
  expect(parameters(v1_11)).toEqual([]);
  expect(parameters(v1_20)).toEqual(["dryRun", "fieldManager", "force"]);
  expect(parameters(v1_34)).toContain("fieldValidation");
});

test("version 3 is one document for each group-version", () => {
  const source = {
    schema: v1_34,
    resources,
    gitVersion,
    texts: {
      "core/v1.PodSpec": { "": "Of a pod.", restartPolicy: "When." },
      "core/v1.Pod": { spec: "What." },
    },
  };
  expect(openApiV3Index(source)).toEqual({
    paths: {
      "api/v1": { serverRelativeURL: "/openapi/v3/api/v1" },
      "apis/apps/v1": { serverRelativeURL: "/openapi/v3/apis/apps/v1" },
    },
  });
  const schemas = at(openApiV3(source, "api/v1"), "components", "schemas");
  expect(at(schemas, "io.k8s.api.core.v1.Pod", "properties", "spec")).toEqual({
    description: "What.",
    allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.PodSpec" }],
    default: {},
  });
  expect(at(schemas, "io.k8s.api.core.v1.PodSpec", "properties", "restartPolicy")).toEqual({
    description: "When.",
    type: "string",
    enum: ["Always", "Never", "OnFailure"],
  });
  expect(at(schemas, "io.k8s.apimachinery.pkg.api.resource.Quantity", "oneOf")).toHaveLength(2);
  expect(openApiV3(source, "apis/batch/v1")).toBeUndefined();
});
