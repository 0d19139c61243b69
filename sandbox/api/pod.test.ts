import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { type Loose, type TestServer, testServer } from "../apiserver/test-server.ts";
import { v1_20 } from "../eras/v1.20.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const pods = "/api/v1/namespaces/default/pods";
const pod = (spec: object, metadata: object = {}) => ({
  body: JSON.stringify({
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name: "p", ...metadata },
    spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
  }),
});
const container = (more: object) => ({ containers: [{ name: "c", image: "nginx", ...more }] });

describe("a new pod", () => {
  test("gets what it did not say", async () => {
    const { spec, status } = await server.object(
      "POST",
      pods,
      pod(container({ ports: [{ containerPort: 80 }] })),
    );
    expect(spec).toMatchObject({
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      schedulerName: "default-scheduler",
      securityContext: {},
      enableServiceLinks: true,
    });
    expect(spec.containers).toEqual([
      {
        name: "c",
        image: "nginx",
        ports: [{ containerPort: 80, protocol: "TCP" }],
        resources: {},
        terminationMessagePath: "/dev/termination-log",
        terminationMessagePolicy: "File",
        imagePullPolicy: "Always",
      },
    ]);
    expect(status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
  });

  test.each([
    ["nginx", "Always"],
    ["nginx:latest", "Always"],
    ["nginx:1.19", "IfNotPresent"],
    ["localhost:5000/nginx", "Always"],
    [
      "nginx@sha256:0000000000000000000000000000000000000000000000000000000000000000",
      "IfNotPresent",
    ],
  ])("pulls %s: %s", async (image, policy) => {
    const { spec } = await server.object("POST", pods, pod(container({ image })));
    expect(spec.containers[0].imagePullPolicy).toBe(policy);
  });

  test.each([
    ["BestEffort", {}],
    ["Burstable", { requests: { cpu: "1m" } }],
    ["Burstable", { limits: { cpu: "1" } }],
    ["Guaranteed", { limits: { cpu: "1", memory: "1Gi" } }],
    ["Burstable", { limits: { cpu: "1", memory: "1Gi" }, requests: { cpu: "500m" } }],
  ])("is %s", async (quality, resources) => {
    const { status } = await server.object("POST", pods, pod(container({ resources })));
    expect(status.qosClass).toBe(quality);
  });

  test("asks for what it limits itself to", async () => {
    const resources = { limits: { cpu: "1", memory: "1Gi" }, requests: { memory: "1Mi" } };
    const { spec } = await server.object("POST", pods, pod(container({ resources })));
    expect(spec.containers[0].resources.requests).toEqual({ cpu: "1", memory: "1Mi" });
  });

  test("has an empty directory for each volume that says nothing", async () => {
    const { spec } = await server.object("POST", pods, pod({ volumes: [{ name: "v" }] }));
    expect(spec.volumes).toEqual([{ name: "v", emptyDir: {} }]);
  });

  test("keeps nothing of a status that it came with", async () => {
    const request = JSON.parse(pod({}).body) as Loose;
    const body = JSON.stringify({ ...request, status: { phase: "Running", podIP: "1.2.3.4" } });
    expect((await server.object("POST", pods, { body }))["status"].phase).toBe("Pending");
  });
});

const refusals: readonly (readonly [spec: object, ...texts: string[]])[] = [
  [{ containers: [] }, "spec.containers: Required value"],
  [container({ image: "" }), "spec.containers[0].image: Required value"],
  [
    container({ image: " x" }),
    'spec.containers[0].image: Invalid value: " x": must not have leading or trailing whitespace',
  ],
  [
    {
      containers: [
        { name: "a", image: "x" },
        { name: "a", image: "x" },
      ],
    },
    'spec.containers[1].name: Duplicate value: "a"',
  ],
  [
    container({ imagePullPolicy: "Sometimes" }),
    'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    { restartPolicy: "Maybe" },
    'spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
  ],
  [
    container({ ports: [{ containerPort: 70000 }] }),
    "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
  ],
  [
    container({ ports: [{ containerPort: 80, protocol: "tcp" }] }),
    'spec.containers[0].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    container({ volumeMounts: [{ name: "v", mountPath: "/v" }] }),
    'spec.containers[0].volumeMounts[0].name: Not found: "v"',
  ],
  [
    container({ env: [{ name: "1A=", value: "x" }] }),
    `spec.containers[0].env[0].name: Invalid value: "1A=": a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
  ],
  [
    container({ resources: { limits: { cpu: "1" }, requests: { cpu: "2" } } }),
    'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit',
  ],
  [
    container({ livenessProbe: {} }),
    "spec.containers[0].livenessProbe: Required value: must specify a handler type",
  ],
  [
    container({ livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }),
    "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
  ],
  [
    { volumes: [{ name: "v", projected: null, hostPath: {} }] },
    "spec.volumes[0].hostPath.path: Required value",
  ],
  [
    { volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/x" } }] },
    "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
  ],
  [
    { nodeSelector: { "a b": "c" } },
    "spec.nodeSelector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    { tolerations: [{ key: "a", operator: "Exists", value: "b" }] },
    'spec.tolerations[0].operator: Invalid value: core.Toleration{Key:"a", Operator:"Exists", Value:"b"}: value must be empty when `operator` is \'Exists\'',
  ],
  [
    { dnsPolicy: "None" },
    "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
  ],
  [
    { hostname: "Big" },
    'spec.hostname: Invalid value: "Big": a lowercase RFC 1123 label must consist of lower case',
  ],
  [
    { activeDeadlineSeconds: 0 },
    "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
  ],
];

describe("a pod is refused", () => {
  test.each(refusals.map(([spec, ...texts]) => ({ spec, texts })))(
    "with $spec",
    async ({ spec, texts }) => {
      const { message, reason } = await server.refusal("POST", pods, pod(spec));
      expect(reason).toBe("Invalid");
      for (const text of texts) expect(message).toContain(text);
    },
  );
});

describe("a pod that is there", () => {
  const put = (change: (pod: Loose) => void) =>
    server.object("GET", `${pods}/p`).then((old) => {
      change(old);
      return server.ask("PUT", `${pods}/p`, { body: JSON.stringify(old) });
    });
  beforeEach(async () => {
    await server.object("POST", pods, pod({}));
  });

  test("may change its images, and little else", async () => {
    const image = await put((old) => {
      old.spec.containers[0].image = "nginx:1.20";
    });
    expect(image.status).toBe(200);
    const command = await put((old) => {
      old.spec.containers[0].command = ["x"];
    });
    expect((command.body as Loose)["message"]).toContain(
      'Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)\n',
    );
  });

  test("may get tolerations, but loses none", async () => {
    const more = await put((old) => {
      old.spec.tolerations.push({ key: "x", operator: "Exists", effect: "NoSchedule" });
    });
    expect(more.status).toBe(200);
    const less = await put((old) => {
      old.spec.tolerations.pop();
    });
    expect((less.body as Loose)["message"]).toContain(
      "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
    );
  });

  test("keeps its containers", async () => {
    const more = await put((old) => {
      old.spec.containers.push({ name: "d", image: "x" });
    });
    expect((more.body as Loose)["message"]).toContain(
      "spec.containers: Forbidden: pod updates may not add or remove containers",
    );
  });

  test("can have a deadline, which only comes nearer", async () => {
    const deadline = (seconds: number) =>
      put((old) => {
        old.spec.activeDeadlineSeconds = seconds;
      });
    expect((await deadline(100)).status).toBe(200);
    expect((await deadline(50)).status).toBe(200);
    expect(((await deadline(60)).body as Loose)["message"]).toContain(
      "spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value",
    );
  });

  test("gets a status that says nothing of its spec", async () => {
    const made = await server.object("PATCH", `${pods}/p/status`, {
      body: JSON.stringify({ status: { phase: "Running" }, spec: { nodeName: "x" } }),
      headers: { "content-type": "application/merge-patch+json" },
    });
    expect(made["status"].phase).toBe("Running");
    expect(made.spec).not.toHaveProperty("nodeName");
  });

  test("is found by its fields", async () => {
    const names = async (fieldSelector: string) =>
      (await server.object("GET", pods, { query: { fieldSelector } }))["items"].length;
    expect(await names("status.phase=Pending")).toBe(1);
    expect(await names("spec.nodeName=x")).toBe(0);
    expect(await names("spec.schedulerName=default-scheduler,status.phase!=Running")).toBe(1);
  });
});
