import { beforeEach, describe, expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { accountToken } from "../../api/account-token.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_11 } from "../../eras/words/core.ts";
import { type TestServer, testServer } from "../test-server.ts";

let server: TestServer;
beforeEach(async () => {
  server = await testServer({ era: v1_20, host: immediate });
});

const json = (value: unknown) => JSON.stringify(value);
const pods = "/api/v1/namespaces/default/pods";
const group = "rbac.authorization.k8s.io";
const rbac = (plural: string, namespace = "") =>
  `/apis/${group}/v1/${namespace && `namespaces/${namespace}/`}${plural}`;

async function role(name: string, rules: object[], namespace = "default") {
  const kind = namespace ? "Role" : "ClusterRole";
  await server.object("POST", rbac(`${kind.toLowerCase()}s`, namespace), {
    body: json({ apiVersion: `${group}/v1`, kind, metadata: { name }, rules }),
  });
}

interface Bind {
  readonly role: string;
  readonly kind?: "Role" | "ClusterRole";
  readonly subject: object;
  /** Empty for all of the cluster. */
  readonly namespace?: string;
}

async function bind({ role: name, kind = "Role", subject, namespace = "default" }: Bind) {
  const binding = namespace ? "RoleBinding" : "ClusterRoleBinding";
  await server.object("POST", rbac(`${binding.toLowerCase()}s`, namespace), {
    body: json({
      apiVersion: `${group}/v1`,
      kind: binding,
      metadata: { name: `${name}-binding` },
      subjects: [subject],
      roleRef: { apiGroup: group, kind, name },
    }),
  });
}

const readPods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const jane = { kind: "User", apiGroup: group, name: "jane" };
const as = (user: string, groups: string[] = []) => ({ user, groups });

describe("a user", () => {
  test("without a role may do nothing, and is told what", async () => {
    expect(await server.refusal("GET", pods, as("jane"))).toMatchObject({
      code: 403,
      reason: "Forbidden",
      message:
        'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
      details: { kind: "pods" },
    });
    const named = await server.refusal(
      "DELETE",
      "/apis/apps/v1/namespaces/x/deployments/d",
      as("jane"),
    );
    expect(named.message).toBe(
      'deployments.apps "d" is forbidden: User "jane" cannot delete resource "deployments" in API group "apps" in the namespace "x"',
    );
    const log = await server.refusal("GET", `${pods}/p/log`, as("jane"));
    expect(log.message).toBe(
      'pods "p" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "default"',
    );
    const nodes = await server.refusal("GET", "/api/v1/nodes", as("jane"));
    expect(nodes.message).toBe(
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  });

  test("was told so more briefly until 1.11", async () => {
    const words = { ...v1_20.words, core: v1_11 };
    server = await testServer({ era: { ...v1_20, words }, host: immediate });
    const { message } = await server.refusal("GET", "/apis/apps/v1/deployments", as("jane"));
    expect(message).toBe(
      'deployments.apps is forbidden: User "jane" cannot list deployments.apps at the cluster scope',
    );
  });

  test("may do what a role in the namespace says, there and nowhere else", async () => {
    await role("reader", [readPods]);
    await bind({ role: "reader", subject: jane });
    expect((await server.ask("GET", pods, as("jane"))).status).toBe(200);
    expect((await server.ask("GET", "/api/v1/pods", as("jane"))).status).toBe(403);
    expect(
      (await server.ask("GET", "/api/v1/namespaces/kube-system/pods", as("jane"))).status,
    ).toBe(403);
    expect((await server.ask("DELETE", `${pods}/p`, as("jane"))).status).toBe(403);
    expect((await server.ask("GET", pods, as("joe"))).status).toBe(403);
  });

  test("may do what a role of the cluster says, everywhere or where it is bound", async () => {
    await bind({ role: "view", kind: "ClusterRole", subject: jane, namespace: "kube-system" });
    const path = "/api/v1/namespaces/kube-system";
    expect((await server.ask("GET", `${path}/pods`, as("jane"))).status).toBe(200);
    expect((await server.ask("GET", `${path}/secrets`, as("jane"))).status).toBe(403);
    expect((await server.ask("GET", pods, as("jane"))).status).toBe(403);
    const team = { kind: "Group", apiGroup: group, name: "team" };
    await bind({ role: "view", kind: "ClusterRole", subject: team, namespace: "" });
    expect((await server.ask("GET", "/api/v1/pods", as("joe", ["team"]))).status).toBe(200);
  });

  test("may be bound to objects by name, and to parts of objects", async () => {
    await role("one", [{ ...readPods, resourceNames: ["mine"] }]);
    await bind({ role: "one", subject: jane });
    expect((await server.ask("GET", `${pods}/mine`, as("jane"))).status).toBe(404);
    expect((await server.ask("GET", `${pods}/yours`, as("jane"))).status).toBe(403);
    await role("logs", [{ apiGroups: [""], resources: ["*/log"], verbs: ["*"] }]);
    await bind({ role: "logs", subject: jane });
    expect((await server.ask("GET", `${pods}/p/log`, as("jane"))).status).toBe(404);
    expect((await server.ask("GET", `${pods}/p/status`, as("jane"))).status).toBe(403);
  });

  test("is told of a binding to a role that is not there", async () => {
    await bind({ role: "nope", subject: jane });
    const { message } = await server.refusal("GET", pods, as("jane"));
    expect(message).toContain(': RBAC: role.rbac.authorization.k8s.io "nope" not found');
  });

  test("who is known may see what the server serves, and who is not how it is", async () => {
    const known = ["system:authenticated"];
    expect((await server.ask("GET", "/api/v1", as("jane", known))).status).toBe(200);
    expect((await server.ask("GET", "/metrics", as("jane", known))).status).toBe(403);
    const unknown = as("system:anonymous", ["system:unauthenticated"]);
    expect((await server.ask("GET", "/version", unknown)).status).toBe(200);
    const { message } = await server.refusal("GET", "/", unknown);
    expect(message).toBe('forbidden: User "system:anonymous" cannot get path "/"');
  });
});

describe("a service account", () => {
  test("is known by its token for as long as it exists", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    const robot = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } };
    const { metadata } = await server.object("POST", accounts, { body: json(robot) });
    const subject = { kind: "ServiceAccount", name: "robot", namespace: "default" };
    await bind({ role: "view", kind: "ClusterRole", subject, namespace: "" });
    const token = accountToken({
      ...{ namespace: "default", name: "robot", uid: metadata.uid ?? "" },
      expires: server.clock.now() / 1000 + 3600,
    });
    const ask = () =>
      server.server.handler({
        ...{ method: "GET", path: pods, query: {} },
        headers: { authorization: `Bearer ${token}` },
      });
    expect((await ask()).status).toBe(200);
    await server.clock.advance(3_600_000);
    expect(await ask()).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
  });

  test("gets a token by asking for one", async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    const robot = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot" } };
    await server.object("POST", accounts, { body: json(robot) });
    const body = (expirationSeconds: number) => ({
      body: json({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds },
      }),
    });
    const made = await server.object("POST", `${accounts}/robot/token`, body(600));
    expect(made["status"].expirationTimestamp).toBe("2021-01-13T12:10:00Z");
    const headers = { authorization: `Bearer ${made["status"].token}` };
    const path = "/api/v1";
    const answer = await server.server.handler({ method: "GET", path, query: {}, headers });
    expect(answer.status).toBe(200);
    const { message } = await server.refusal("POST", `${accounts}/robot/token`, body(60));
    expect(message).toContain(
      "spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes",
    );
  });
});

describe("acting as somebody else", () => {
  test("is for those who may do everything", async () => {
    const headers = { "impersonate-user": "jane" };
    const { message } = await server.refusal("GET", pods, { headers });
    expect(message).toContain('User "jane" cannot list');
    await role("reader", [readPods]);
    await bind({ role: "reader", subject: jane });
    expect((await server.ask("GET", pods, { headers })).status).toBe(200);
  });

  test("is refused to others", async () => {
    const headers = { "impersonate-user": "jane", "impersonate-group": "team" };
    const { message } = await server.refusal("GET", pods, { headers, ...as("joe") });
    expect(message).toBe(
      'users "jane" is forbidden: User "joe" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });

  test("of a service account has its groups", async () => {
    const team = { kind: "Group", apiGroup: group, name: "system:serviceaccounts:default" };
    await role("reader", [readPods]);
    await bind({ role: "reader", subject: team });
    const headers = { "impersonate-user": "system:serviceaccount:default:robot" };
    expect((await server.ask("GET", pods, { headers })).status).toBe(200);
  });
});

describe("a review", () => {
  const reviews = "/apis/authorization.k8s.io/v1";
  const review = (kind: string, spec: object) => ({
    body: json({ apiVersion: "authorization.k8s.io/v1", kind, metadata: {}, spec }),
  });
  const wish = { namespace: "default", verb: "list", resource: "pods" };
  const known = ["system:authenticated"];

  test("says what somebody may do, and why", async () => {
    await role("reader", [readPods]);
    await bind({ role: "reader", subject: jane });
    const own = review("SelfSubjectAccessReview", { resourceAttributes: wish });
    const path = `${reviews}/selfsubjectaccessreviews`;
    expect((await server.object("POST", path, { ...own, ...as("jane", known) }))["status"]).toEqual(
      {
        allowed: true,
        reason:
          'RBAC: allowed by RoleBinding "reader-binding/default" of Role "reader" to User "jane"',
      },
    );
    expect((await server.object("POST", path, { ...own, ...as("joe", known) }))["status"]).toEqual({
      allowed: false,
    });
    const other = review("SubjectAccessReview", { resourceAttributes: wish, user: "jane" });
    const made = await server.object("POST", `${reviews}/subjectaccessreviews`, other);
    expect(made["status"].allowed).toBe(true);
  });

  test("lists what somebody may do", async () => {
    await role("reader", [readPods]);
    await bind({ role: "reader", subject: jane });
    const asked = review("SelfSubjectRulesReview", { namespace: "default" });
    const path = `${reviews}/selfsubjectrulesreviews`;
    const { status } = await server.object("POST", path, { ...asked, ...as("jane", known) });
    expect(status.resourceRules).toContainEqual(readPods);
    expect(status.nonResourceRules[0].nonResourceURLs).toContain("/healthz");
  });

  test("is refused if it does not say what it is about", async () => {
    const asked = review("SubjectAccessReview", { user: "jane" });
    const { message } = await server.refusal("POST", `${reviews}/subjectaccessreviews`, asked);
    expect(message).toContain(
      "exactly one of nonResourceAttributes or resourceAttributes must be specified",
    );
    const path = `${reviews}/selfsubjectaccessreviews`;
    expect((await server.refusal("GET", path)).code).toBe(405);
  });
});
