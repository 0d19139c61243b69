import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { v1_3, v1_5, v1_11, v1_20, v1_34 } from "../../eras/schema/index.ts";
import { duplicateFields } from "./duplicates.ts";

type Fields = Record<string, unknown>;

const object = (text: string) => parse(text) as Fields;

const statefulSet = object(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: c, image: nginx}]
`);

describe("looking things up", () => {
  test("a kind is found only in the group-versions that its release serves", () => {
    expect(v1_3.definition("apps/v1alpha1", "PetSet")).toBe("apps/v1alpha1.PetSet");
    expect(v1_3.definition("apps/v1", "StatefulSet")).toBeUndefined();
    expect(v1_5.definition("apps/v1beta1", "StatefulSet")).toBe("apps/v1beta1.StatefulSet");
    expect(v1_11.definition("extensions/v1beta1", "Deployment")).toBeDefined();
    expect(v1_20.definition("extensions/v1beta1", "Deployment")).toBeUndefined();
    expect(v1_20.definition("discovery.k8s.io/v1beta1", "EndpointSlice")).toBeDefined();
    expect(v1_34.definition("rbac.authorization.k8s.io/v1", "RoleList")).toBe("rbac/v1.RoleList");
  });

  test("a path of names leads through lists and embedded structs", () => {
    const found = v1_20.field(
      "apps/v1.StatefulSet",
      "spec template spec volumes nfs server".split(" "),
    );
    expect(found?.owner.key).toBe("core/v1.NFSVolumeSource");
    expect(found?.field.required).toBe(true);
    expect(v1_20.field("core/v1.Pod", ["spec", "nofield"])).toBeUndefined();
  });

  test("types are known by their OpenAPI names too", () => {
    expect(v1_20.type("io.k8s.api.core.v1.Container")?.fields.get("ports")?.mergeKey).toBe(
      "containerPort",
    );
    expect(v1_20.openApiName("meta/v1.ObjectMeta")).toBe(
      "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
    );
  });

  test("fields come and go with the releases", () => {
    const has = (schema: typeof v1_20, field: string) =>
      schema.type("core/v1.PersistentVolumeClaimSpec")?.fields.has(field);
    expect([v1_3, v1_5, v1_11, v1_20, v1_34].map((each) => has(each, "storageClassName"))).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(has(v1_20, "dataSourceRef")).toBe(false);
    expect(has(v1_34, "dataSourceRef")).toBe(true);
  });

  test("every reference of every release leads somewhere", () => {
    for (const schema of [v1_3, v1_5, v1_11, v1_20, v1_34]) {
      const seen = new Set<string>();
      const visit = (key: string): void => {
        if (seen.has(key)) return;
        seen.add(key);
        for (const { type } of schema.definitions.must(key).fields.values()) {
          let inside = type;
          while ("of" in inside) inside = inside.of;
          if (inside.is === "struct") visit(inside.key);
        }
      };
      for (const { key } of schema.kinds()) visit(key);
      expect(seen.size).toBeGreaterThan(100);
    }
  });
});

describe("merging", () => {
  test("lists are merged by the key that their type names", () => {
    expect(v1_20.patchMeta("core/v1.PodSpec", "containers")).toEqual({
      merge: true,
      replace: false,
      retainKeys: false,
      mergeKey: "name",
      type: "core/v1.Container",
    });
    expect(v1_20.patchMeta("core/v1.PodSpec", "volumes")).toMatchObject({ retainKeys: true });
    expect(v1_20.patchMeta("apps/v1.DeploymentSpec", "strategy")).toMatchObject({
      merge: false,
      retainKeys: true,
    });
    expect(v1_20.patchMeta("core/v1.Container", "args")).toMatchObject({ merge: false });
    expect(v1_20.patchMeta("core/v1.Container", "nothing")).toBeUndefined();
  });

  test("values of maps are merged as what they are", () => {
    expect(v1_20.patchMeta("meta/v1.ObjectMeta", "labels")).toEqual({
      merge: false,
      replace: false,
      retainKeys: false,
    });
    expect(v1_20.patchMeta("meta/v1.ObjectMeta", "finalizers")).toMatchObject({ merge: true });
  });
});

describe("decoding", () => {
  test("unknown fields, nulls and what Go would leave out are dropped", () => {
    const { value, strict } = v1_34.decode("v1", "Pod", {
      ...object(
        "{metadata: {name: x, labels: {}, uid: null}, spec: {hostNetwork: false, kontainers: 1}}",
      ),
    });
    expect(value).toEqual({ metadata: { name: "x" }, spec: {} });
    expect(strict).toEqual(['unknown field "spec.kontainers"']);
  });

  test("a struct of which nothing is set is as good as none", () => {
    const { value } = v1_20.decode(
      "v1",
      "Pod",
      object("{metadata: {}, spec: {securityContext: {}, containers: [{name: c, resources: {}}]}}"),
    );
    expect(value).toEqual({
      metadata: {},
      spec: { securityContext: {}, containers: [{ name: "c" }] },
    });
  });

  test("what is pointed to stays though it is empty", () => {
    const { value } = v1_20.decode("apps/v1", "Deployment", object("{spec: {replicas: 0}}"));
    expect(value).toEqual({ spec: { replicas: 0 } });
  });

  test("amounts and times are written in one way", () => {
    const { value } = v1_20.decode(
      "v1",
      "PersistentVolume",
      object(
        "{metadata: {creationTimestamp: '2026-01-01T01:00:00+01:00'}, spec: {capacity: {storage: 1024Mi}}}",
      ),
    );
    expect(value).toEqual({
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { capacity: { storage: "1Gi" } },
    });
  });

  test("unknown fields are named in the order of the text, with their places", () => {
    const { strict } = v1_34.decode("apps/v1", "StatefulSet", {
      ...statefulSet,
      status: { b: 1 },
      spec: { template: { spec: { containers: [{ nam: "c" }] } }, replica: 1 },
    });
    expect(strict).toEqual([
      'unknown field "spec.replica"',
      'unknown field "spec.template.spec.containers[0].nam"',
      'unknown field "status.b"',
    ]);
  });

  test("a text tells of fields that it gives twice", () => {
    expect(
      duplicateFields('{"spec": {"a": 1, "b": [{"c": 1, "c": 2}], "a": {}}, "x": "{\\"a\\":1}"}'),
    ).toEqual(['duplicate field "spec.b[0].c"', 'duplicate field "spec.a"']);
  });

  test("the server writes what Go cannot leave out", () => {
    const { value } = v1_20.decode("apps/v1", "StatefulSet", statefulSet);
    expect(v1_20.fill("apps/v1.StatefulSet", value)).toMatchObject({
      metadata: { creationTimestamp: null },
      spec: {
        template: {
          metadata: { creationTimestamp: null },
          spec: { containers: [{ resources: {} }] },
        },
        updateStrategy: {},
      },
      status: { replicas: 0 },
    });
    // Since 1.34 a time that was never set is left out.
    expect(v1_34.fill("core/v1.ConfigMap", { metadata: { name: "x" } })).toEqual({
      metadata: { name: "x" },
    });
  });
});
