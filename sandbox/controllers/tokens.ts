// Secrets with tokens for service accounts: one for each account until 1.23, and always what a
// secret of that type lacks. pkg/controller/serviceaccount/tokens_controller.go.

import { accountToken, clusterAuthority } from "../api/account-token.ts";
import { encodeBase64 } from "../api/base64.ts";
import { keyOf, type NamespacedName } from "../api/meta.ts";
import { type Secret, secrets, serviceAccountToken } from "../api/secret.ts";
import { type ServiceAccount, serviceAccounts } from "../api/serviceaccount.ts";
import { isReason, StatusError } from "../api/status.ts";
import { defineController, type Tools, wakeOn } from "../client/controller.ts";
import { suffix } from "../sim/random.ts";
import { byNamespace, indexByNamespace } from "./ownership.ts";
import { isNamespaceEnding } from "./pod-control.ts";

const nameAnnotation = "kubernetes.io/service-account.name";
const uidAnnotation = "kubernetes.io/service-account.uid";

const accountOf = ({ type, metadata }: Secret): string | undefined =>
  type === serviceAccountToken ? metadata.annotations?.[nameAnnotation] : undefined;

export const tokens = defineController<undefined>({
  name: "tokens-controller",
  for: serviceAccounts,
  watches: [
    wakeOn(secrets, ({ now, before }) => {
      const object = now ?? before;
      const name = object && accountOf(object);
      return name === undefined ? [] : [{ namespace: object?.metadata.namespace ?? "", name }];
    }),
  ],
  indexes: [indexByNamespace(secrets)],
  reconcile,
});

async function reconcile(key: NamespacedName, tools: Tools<undefined>): Promise<undefined> {
  const { cache, era } = tools;
  const account = cache.get(serviceAccounts, key);
  const mine = cache
    .by(secrets, byNamespace, key.namespace)
    .filter((secret) => accountOf(secret) === key.name);
  for (const secret of mine) {
    const uid = secret.metadata.annotations?.[uidAnnotation];
    if (!account || (uid && uid !== account.metadata.uid)) await drop(secret, tools);
    else await complete(secret, account, tools);
  }
  if (!account || era.gates.has("LegacyServiceAccountTokenNoAutoGeneration")) return undefined;
  const named = new Set((account.secrets ?? []).map(({ name }) => name));
  if (mine.some(({ metadata }) => named.has(metadata.name))) return undefined;
  await issue(account, tools);
  return undefined;
}

const claimsOf = ({ metadata }: ServiceAccount, secret: string) => ({
  namespace: metadata.namespace ?? "",
  name: metadata.name,
  uid: metadata.uid ?? "",
  secret,
});

function dataFor(account: ServiceAccount, secret: string): Record<string, string> {
  return {
    "ca.crt": encodeBase64(clusterAuthority),
    namespace: encodeBase64(account.metadata.namespace ?? ""),
    token: encodeBase64(accountToken(claimsOf(account, secret))),
  };
}

/** A new secret, and its name in the account; the secret goes again if the account has changed. */
async function issue(known: ServiceAccount, { client, random }: Tools<undefined>): Promise<void> {
  // The cache may be behind: it must not get two.
  const account = await tryGet(known, client);
  if (account?.metadata.resourceVersion !== known.metadata.resourceVersion || !account) return;
  const { namespace = "", name, uid = "" } = account.metadata;
  const secretName = `${name}-token-${suffix(random.stream(uid))}`;
  const secret: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: secretName,
      namespace,
      annotations: { [nameAnnotation]: name, [uidAnnotation]: uid },
    },
    type: serviceAccountToken,
    data: dataFor(account, secretName),
  };
  let made: Secret;
  try {
    made = await client.create(secrets, secret);
  } catch (error) {
    if (error instanceof StatusError && isNamespaceEnding(error)) return;
    throw error;
  }
  try {
    const list = [...(account.secrets ?? []), { name: secretName }];
    await client.update(serviceAccounts, { ...account, secrets: list });
  } catch (error) {
    await client.delete(secrets, keyOf(made));
    if (!isReason(error, "NotFound", "Conflict")) throw error;
  }
}

async function tryGet(
  account: ServiceAccount,
  client: Tools<undefined>["client"],
): Promise<ServiceAccount | undefined> {
  try {
    return await client.get(serviceAccounts, keyOf(account));
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}

/** What someone wrote as an empty secret gets its token. */
async function complete(
  secret: Secret,
  account: ServiceAccount,
  { client }: Tools<undefined>,
): Promise<void> {
  const { name } = secret.metadata;
  const wanted = dataFor(account, name);
  const { data = {} } = secret;
  if (Object.keys(wanted).every((field) => data[field])) return;
  const annotations = {
    ...secret.metadata.annotations,
    [uidAnnotation]: account.metadata.uid ?? "",
  };
  const metadata = { ...secret.metadata, annotations };
  await client.update(secrets, { ...secret, metadata, data: { ...wanted, ...data } });
}

async function drop(secret: Secret, { client }: Tools<undefined>): Promise<void> {
  const { uid } = secret.metadata;
  try {
    await client.delete(secrets, keyOf(secret), uid ? { preconditions: { uid } } : {});
  } catch (error) {
    if (!isReason(error, "NotFound", "Conflict")) throw error;
  }
}
