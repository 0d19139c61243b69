import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { Era } from "../../api/era.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { type Loose, type TestServer, testServer } from "../test-server.ts";

let server: TestServer;
const begin = async (era: Era = v1_20) => {
  server = await testServer({ era, host: immediate, allPlugins: true });
};
beforeEach(() => begin());

const json = (value: unknown) => JSON.stringify(value);
const place = "/api/v1/namespaces/default";
const pod = (spec: object = {}, metadata: object = {}) => ({
  body: json({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", ...metadata },
    spec: { containers: [{ name: "c", image: "nginx" }], ...spec },
  }),
});
const createPod = (spec?: object) => server.object("POST", `${place}/pods`, pod(spec));
const account = (name: string, more: object = {}) =>
  server.object("POST", `${place}/serviceaccounts`, {
    body: json({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name }, ...more }),
  });

/** An account with the secret that its controller makes for it. */
async function accountWithToken(name: string, more: object = {}): Promise<Loose> {
  const secret = `${name}-token-abcde`;
  const made = await account(name, { secrets: [{ name: secret }], ...more });
  await server.object("POST", `${place}/secrets`, {
    body: json({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: secret,
        annotations: {
          "kubernetes.io/service-account.name": name,
          "kubernetes.io/service-account.uid": made.metadata.uid,
        },
      },
      type: "kubernetes.io/service-account-token",
      data: {},
    }),
  });
  return made;
}

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

describe("ServiceAccount", () => {
  test("mounts the token of the account into every container", async () => {
    await accountWithToken("default");
    const { spec } = await createPod({ initContainers: [{ name: "i", image: "nginx" }] });
    expect(spec.serviceAccountName).toBe("default");
    expect(spec.serviceAccount).toBe("default");
    expect(spec.volumes).toEqual([
      {
        name: "default-token-abcde",
        secret: { secretName: "default-token-abcde", defaultMode: 0o644 },
      },
    ]);
    const mount = { name: "default-token-abcde", readOnly: true, mountPath };
    expect(spec.containers[0].volumeMounts).toEqual([mount]);
    expect(spec.initContainers[0].volumeMounts).toEqual([mount]);
  });

  test("mounts nothing where something is mounted, or none is wanted", async () => {
    await accountWithToken("default");
    const volumeMounts = [{ name: "own", mountPath }];
    const own = { volumes: [{ name: "own", emptyDir: {} }] };
    const { spec } = await createPod({
      ...own,
      containers: [{ name: "c", image: "nginx", volumeMounts }],
    });
    expect(spec.volumes).toHaveLength(1);
    const none = pod({ automountServiceAccountToken: false }, { name: "q" });
    const made = await server.object("POST", `${place}/pods`, none);
    expect(made.spec).not.toHaveProperty("volumes");
  });

  test("mounts a token of its own for each pod since 1.21", async () => {
    const gates = new Set([...v1_20.gates, "BoundServiceAccountTokenVolume" as const]);
    await begin({ ...v1_20, gates });
    await account("default");
    const { spec } = await createPod();
    expect(spec.volumes[0].name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(spec.volumes[0].projected.sources[0]).toEqual({
      serviceAccountToken: { expirationSeconds: 3607, path: "token" },
    });
    const other = await server.object("POST", `${place}/pods`, pod({}, { name: "q" }));
    expect(other.spec.volumes[0].name).not.toBe(spec.volumes[0].name);
  });

  test("waits for the default account and its token", async () => {
    const waiting = createPod();
    await server.clock.advance(300);
    await accountWithToken("default");
    await server.clock.advance(2_000);
    expect((await waiting).spec.volumes).toHaveLength(1);
  });

  test("gives up in the end", async () => {
    const waiting = server.refusal("POST", `${place}/pods`, pod());
    await server.clock.advance(10_000);
    expect((await waiting).message).toBe(
      'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
    );
    await account("default");
    const tokenless = server.refusal("POST", `${place}/pods`, pod());
    await server.clock.advance(20_000);
    expect(await tokenless).toMatchObject({
      reason: "ServerTimeout",
      code: 500,
      message:
        'No API token found for service account "default", retry after the token is automatically created and added to the service account',
    });
  });

  test("does not wait for an account of another name", async () => {
    const named = pod({ serviceAccountName: "robot" });
    const { message } = await server.refusal("POST", `${place}/pods`, named);
    expect(message).toBe(
      'pods "p" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
  });

  test("gives the pod the account's secrets for images", async () => {
    await accountWithToken("default", { imagePullSecrets: [{ name: "registry" }] });
    expect((await createPod()).spec.imagePullSecrets).toEqual([{ name: "registry" }]);
  });

  test("lets a pod use only what its account names, if that says so", async () => {
    const annotations = { "kubernetes.io/enforce-mountable-secrets": "true" };
    await accountWithToken("default", { metadata: { name: "default", annotations } });
    const volumes = [{ name: "v", secret: { secretName: "other" } }];
    const { message } = await server.refusal("POST", `${place}/pods`, pod({ volumes }));
    expect(message).toBe(
      'pods "p" is forbidden: volume with secret.secretName="other" is not allowed because service account default does not reference that secret',
    );
  });

  test("leaves the kubelet's own pods alone, which may not name an account", async () => {
    const annotations = { "kubernetes.io/config.mirror": "x" };
    const mirror = pod({ nodeName: "n" }, { annotations });
    expect((await server.object("POST", `${place}/pods`, mirror)).spec).not.toHaveProperty(
      "volumes",
    );
    const named = pod({ serviceAccountName: "default" }, { name: "q", annotations });
    const { message } = await server.refusal("POST", `${place}/pods`, named);
    expect(message).toBe('pods "q" is forbidden: a mirror pod may not reference service accounts');
  });
});
