import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { readAccountToken } from "../api/account-token.ts";
import { decodeBase64 } from "../api/base64.ts";
import { configMaps } from "../api/configmap.ts";
import type { Era } from "../api/era.ts";
import { namespaces } from "../api/namespace.ts";
import { type Secret, secrets } from "../api/secret.ts";
import { serviceAccounts } from "../api/serviceaccount.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { rootCa } from "./root-ca.ts";
import { serviceAccount } from "./serviceaccount.ts";
import { type TestCluster, testCluster } from "./test-cluster.ts";
import { withoutAdmission } from "./test-objects.ts";
import { tokens } from "./tokens.ts";

const shop = { namespace: "shop", name: "default" };

async function start(era: Era = withoutAdmission(v1_20)): Promise<TestCluster> {
  const controllers = [serviceAccount, tokens, rootCa];
  const cluster = await testCluster({ era, controllers, host: immediate });
  await cluster.client.create(namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "shop" },
    spec: {},
    status: {},
  });
  await cluster.advance(1_000);
  return cluster;
}

const secretsIn = async (cluster: TestCluster): Promise<readonly Secret[]> =>
  (await cluster.client.list(secrets, { namespace: "shop" })).items;

test("each namespace has an account, and the account a token that names it", async () => {
  const cluster = await start();
  const account = await cluster.client.get(serviceAccounts, shop);
  const [secret] = await secretsIn(cluster);
  expect(secret?.metadata.name).toMatch(/^default-token-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(account.secrets).toEqual([{ name: secret?.metadata.name }]);
  const token = decodeBase64(secret?.data?.["token"] ?? "") ?? "";
  expect(readAccountToken(token)).toEqual({
    namespace: "shop",
    name: "default",
    uid: account.metadata.uid,
    secret: secret?.metadata.name,
  });
  expect(readAccountToken(token.replace(/.$/, "_"))).toBeUndefined();
  const { data } = await cluster.client.get(configMaps, {
    namespace: "shop",
    name: "kube-root-ca.crt",
  });
  expect(data?.["ca.crt"]).toContain("BEGIN CERTIFICATE");
  cluster.stop();
});

test("a deleted account comes again, with a new token, and the old one goes", async () => {
  const cluster = await start();
  const [before] = await secretsIn(cluster);
  await cluster.client.delete(serviceAccounts, shop);
  await cluster.advance(1_000);
  const after = await secretsIn(cluster);
  expect(after).toHaveLength(1);
  expect(after[0]?.metadata.name).not.toBe(before?.metadata.name);
  cluster.stop();
});

test("where tokens are not made for all, one can still be asked for", async () => {
  const gates = new Set(v1_20.gates).add("LegacyServiceAccountTokenNoAutoGeneration");
  const cluster = await start({ ...withoutAdmission(v1_20), gates });
  expect(await secretsIn(cluster)).toEqual([]);
  await cluster.client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "mine",
      namespace: "shop",
      annotations: { "kubernetes.io/service-account.name": "default" },
    },
    type: "kubernetes.io/service-account-token",
  });
  await cluster.advance(1_000);
  const [secret] = await secretsIn(cluster);
  expect(Object.keys(secret?.data ?? {}).sort()).toEqual(["ca.crt", "namespace", "token"]);
  cluster.stop();
});
