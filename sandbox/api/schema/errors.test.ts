import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { v1_3, v1_5, v1_11, v1_20, v1_34 } from "../../eras/schema/index.ts";
import type { Schema } from "../schema.ts";
import { StatusError } from "../status.ts";

type Fields = Record<string, unknown>;

const object = (text: string) => parse(text) as Fields;

function refusal(schema: Schema, value: Fields): string | undefined {
  try {
    schema.decode(String(value["apiVersion"]), String(value["kind"]), value);
    return undefined;
  } catch (error) {
    if (error instanceof StatusError) return error.status.message;
    throw error;
  }
}

const rule =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const volume = object(
  "{apiVersion: v1, kind: PersistentVolume, metadata: {name: ok}, spec: {capacity: {storage: lots}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt/ok}}}",
);
const pod = object(
  "{apiVersion: v1, kind: Pod, metadata: {name: x, labels: {num: 5}}, spec: {containers: {name: c}}}",
);
const secret = object("{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: hello}}");
const service = object(
  "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {prots: [{port: 80}]}}",
);
const statefulSet = object(`
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: x}
spec:
  replicas: three
  serviceName: s
  selector: {matchLabels: {a: b}}
  template: {spec: {containers: [{nam: c}]}}
`);

describe("what the server says of values of a wrong type", () => {
  test("1.20 puts every field that its reader passes in front", () => {
    expect(refusal(v1_20, volume)).toBe(
      `PersistentVolume in version "v1" cannot be handled as a PersistentVolume: v1.PersistentVolume.Spec: v1.PersistentVolumeSpec.PersistentVolumeSource: HostPath: Capacity: unmarshalerDecoder: ${rule}, error found in #10 byte of ...|ge":"lots"},"hostPat|..., bigger context ...|es":["ReadWriteOnce"],"capacity":{"storage":"lots"},"hostPath":{"path":"/mnt/ok"}}}\n|...`,
    );
    expect(refusal(v1_20, secret)).toBe(
      'Secret in version "v1" cannot be handled as a Secret: v1.Secret.ObjectMeta: v1.ObjectMeta.TypeMeta: Kind: Data: decode base64: illegal base64 data at input byte 4, error found in #10 byte of ...|a":"hello"},"kind":"|..., bigger context ...|{"apiVersion":"v1","data":{"a":"hello"},"kind":"Secret","metadata":{"name":"x"}}\n|...',
    );
  });

  test("1.11 speaks as 1.20", () => {
    expect(refusal(v1_11, volume)).toBe(refusal(v1_20, volume));
  });

  test("an odd letter is printed for a number that is text", () => {
    expect(refusal(v1_20, statefulSet)).toContain(
      'v1.StatefulSet.Spec: v1.StatefulSetSpec.Replicas: readUint32: unexpected character: \ufffd, error found in #10 byte of ...|eplicas":"three",',
    );
  });

  test("since 1.23 the path of the field is said", () => {
    expect(refusal(v1_34, volume)).toBe(
      `PersistentVolume in version "v1" cannot be handled as a PersistentVolume: ${rule}`,
    );
    expect(refusal(v1_34, statefulSet)).toBe(
      'StatefulSet in version "v1" cannot be handled as a StatefulSet: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32',
    );
    expect(refusal(v1_34, secret)).toBe(
      'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 4',
    );
    const port = object("{apiVersion: v1, kind: Service, spec: {ports: [{targetPort: true}]}}");
    expect(refusal(v1_34, port)).toContain(
      "json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32",
    );
  });

  test("until 1.7 it is said where reading stopped", () => {
    expect(refusal(v1_3, pod)).toContain(`[pos 61]: json: expect char '"' but got char '5'`);
    expect(refusal(v1_5, volume)).toContain(`: ${rule}`);
    const claim = object("{apiVersion: v1, kind: PersistentVolumeClaim, spec: {accessModes: RWO}}");
    expect(refusal(v1_3, claim)).toContain(
      "[pos 73]: only encoded map or array can be decoded into a slice (6)",
    );
  });

  test("kubectl cannot read metadata of a wrong type", () => {
    expect(v1_20.metadataError(pod)).toBe(
      'resource.metadataOnlyObject.ObjectMeta: v1.ObjectMeta.Name: Labels: ReadString: expects " or n, but found 5, error found in #10 byte of ...|":{"num":5},"name":"|..., bigger context ...|n":"v1","kind":"Pod","metadata":{"labels":{"num":5},"name":"x"},"spec":{"containers":{"name":"c"}}}|...',
    );
    expect(v1_34.metadataError(pod)).toBe(
      "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string",
    );
    expect(v1_34.metadataError(service)).toBeUndefined();
  });

  test("a patched object is refused in words of its own", () => {
    const why = (spec: Fields) => v1_20.conversionError("apps/v1.StatefulSet", { spec });
    expect(why({ replicas: "two" })).toBe("unrecognized type: int32");
    expect(why({ serviceName: 5 })).toBe("cannot convert int64 to string");
    expect(why({ template: [] })).toBe("cannot restore struct from: slice");
    expect(why({ volumeClaimTemplates: {} })).toBe("cannot restore slice from map");
    expect(why({ selector: { matchLabels: "a" } })).toBe("cannot restore map from string");
    expect(why({ replicas: 2, unknown: 1 })).toBeUndefined();
  });

  test("amounts are refused for what is wrong with them", () => {
    const storage = (text: string) =>
      refusal(v1_34, { ...volume, spec: { capacity: { storage: text } } })
        ?.split(": ")
        .slice(1)
        .join(": ");
    expect(storage("1GB")).toBe(rule);
    expect(storage("1ki")).toBe("unable to parse quantity's suffix");
    expect(storage("Mi")).toBe("unable to parse numeric part of quantity");
    expect(storage("1Gi")).toBeUndefined();
  });
});

describe("what kubectl says before it asks the server", () => {
  test("from 1.9 on, every unknown, missing and mistyped field", () => {
    expect(v1_20.validate(statefulSet)).toBe(
      '[ValidationError(StatefulSet.spec.replicas): invalid type for io.k8s.api.apps.v1.StatefulSetSpec.replicas: got "string", expected "integer", ValidationError(StatefulSet.spec.template.spec.containers[0]): unknown field "nam" in io.k8s.api.core.v1.Container, ValidationError(StatefulSet.spec.template.spec.containers[0]): missing required field "name" in io.k8s.api.core.v1.Container]',
    );
    expect(v1_20.validate(pod)).toBe(
      'ValidationError(Pod.spec.containers): invalid type for io.k8s.api.core.v1.PodSpec.containers: got "map", expected "array"',
    );
    expect(v1_11.validate(service)).toBe(
      'ValidationError(Service.spec): unknown field "prots" in io.k8s.api.core.v1.ServiceSpec',
    );
  });

  test("lists are looked into", () => {
    expect(v1_20.validate({ apiVersion: "v1", kind: "List", items: [service, {}] })).toBe(
      '[ValidationError(Service.spec): unknown field "prots" in io.k8s.api.core.v1.ServiceSpec, apiVersion not set, kind not set]',
    );
    expect(v1_20.validate({ apiVersion: "v1", kind: "PodList", items: [{ spec: {} }] })).toContain(
      'ValidationError(PodList.items[0].spec): missing required field "containers"',
    );
  });

  test("until 1.8, by the types of Go", () => {
    const required = "[field ports: is required, found invalid field prots for v1.ServiceSpec]";
    expect(v1_3.validate(service)).toBe(required);
    expect(v1_5.validate(service)).toBe(required);
    expect(v1_5.validate(pod)).toBe("expected type array, for field spec.containers, got map");
    expect(v1_5.validate({ apiVersion: "v1", kind: "Podd" })).toBe("couldn't find type: v1.Podd");
  });

  test("1.3 refuses versions that it does not know itself", () => {
    expect(v1_3.validate({ apiVersion: "foo/v1", kind: "Bar" })).toMatch(
      /^API version "foo\/v1" isn't supported, only supports API versions \["apps\/v1alpha1" /,
    );
  });

  test("since 1.27 only that an object says what it is", () => {
    expect(v1_34.validate(service)).toBeUndefined();
    for (const schema of [v1_11, v1_20, v1_34]) {
      expect(schema.validate({ metadata: {} })).toBe("[apiVersion not set, kind not set]");
      expect(schema.validate({ apiVersion: "v1", kind: 5 })).toBe("kind isn't string type");
      expect(schema.validate(["a"])).toBe("invalid object to validate");
    }
  });

  test("kinds of others are none of its business", () => {
    expect(
      v1_20.validate({ apiVersion: "example.com/v1", kind: "Thing", spec: 1 }),
    ).toBeUndefined();
  });
});
