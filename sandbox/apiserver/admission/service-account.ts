// Every pod runs as a service account, and has its token where programs look for it.
// plugin/pkg/admission/serviceaccount/admission.go.

import { hasField } from "../../api/era.ts";
import type { Container, Pod, PodSpec, Volume } from "../../api/pod.ts";
import { type Secret, secrets, serviceAccountToken } from "../../api/secret.ts";
import { type ServiceAccount, serviceAccounts } from "../../api/serviceaccount.ts";
import { failure } from "../../api/status.ts";
import { suffix } from "../../sim/random.ts";
import {
  type AdmissionPlugin,
  type Attributes,
  forbiddenBy,
  NotYet,
  type ServerView,
} from "./plugin.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const PREFIX = "kube-api-access-";
const MIRROR = "kubernetes.io/config.mirror";
const ENFORCE = "kubernetes.io/enforce-mountable-secrets";

/** Milliseconds until what controllers should have made is looked for again. */
const ACCOUNT_WAIT = 150;
const TOKEN_WAIT = 1_000;

export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",
  about: ["pods"],
  admit(attributes, server) {
    if (attributes.operation !== "create") return;
    const pod = attributes.object as Pod;
    if (pod.metadata.annotations?.[MIRROR] !== undefined) {
      checkMirror(pod, attributes, server);
      return;
    }
    const { spec } = pod;
    spec.serviceAccountName ||= "default";
    spec.serviceAccount = spec.serviceAccountName;
    const account = accountOf(spec.serviceAccountName, attributes, server);
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
      mountToken(spec, account, server);
    }
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ name }));
    }
    const enforced = /^(1|t|T|true|TRUE|True)$/.test(account.metadata.annotations?.[ENFORCE] ?? "");
    const refused = enforced && forbiddenSecret(spec, account);
    if (refused) throw forbiddenBy(attributes, server.era.words.core.refusal(refused));
  },
};

/** The kubelet's own pods may not use what only the API server gives. */
function checkMirror({ spec }: Pod, attributes: Attributes, { era }: ServerView): void {
  const wrong = spec.serviceAccountName
    ? "reference service accounts"
    : secretsOf(spec).length > 0
      ? "reference secrets"
      : spec.volumes?.some(({ projected }) =>
          projected?.sources?.some((source) => source.serviceAccountToken),
        ) && "use ServiceAccountToken volume projections";
  if (wrong) throw forbiddenBy(attributes, era.words.core.refusal(`a mirror pod may not ${wrong}`));
}

function secretsOf({ volumes = [], imagePullSecrets = [], ...spec }: PodSpec): string[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return [
    ...imagePullSecrets.map(({ name }) => name),
    ...volumes.flatMap(({ secret, projected }) => [
      ...(secret ? [secret.secretName] : []),
      ...(projected?.sources ?? []).flatMap((source) => source.secret?.name ?? []),
    ]),
    ...containers.flatMap(({ env = [], envFrom = [] }) => [
      ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
      ...envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
    ]),
  ];
}

/** The one called default is made by a controller: it may be on its way. */
function accountOf(name: string, attributes: Attributes, { get, era }: ServerView): ServiceAccount {
  const { namespace } = attributes;
  const account = get(serviceAccounts, { namespace, name });
  if (account) return account;
  const { accountMissing, refusal } = era.words.core;
  const error = forbiddenBy(attributes, refusal(accountMissing(namespace, name)));
  throw name === "default" ? new NotYet(error, ACCOUNT_WAIT) : error;
}

function mountToken(spec: PodSpec, account: ServiceAccount, server: ServerView): void {
  const bound = server.era.gates.has("BoundServiceAccountTokenVolume");
  const token = bound ? "" : tokenOf(account, server);
  const isToken = ({ name, secret }: Volume) =>
    bound ? name.startsWith(PREFIX) : secret?.secretName === token;
  const present = spec.volumes?.find(isToken);
  const name = present?.name ?? volumeName(spec, bound ? PREFIX : token, server);
  let used = false;
  const mount = (container: Container) => {
    if (container.volumeMounts?.some(({ mountPath }) => mountPath === MOUNT_PATH)) return;
    const added = { name, readOnly: true, mountPath: MOUNT_PATH };
    container.volumeMounts = [...(container.volumeMounts ?? []), added];
    used = true;
  };
  spec.initContainers?.forEach(mount);
  spec.containers.forEach(mount);
  if (present || !used) return;
  const volume = bound
    ? { name, projected: boundToken() }
    : { name, secret: { secretName: token, ...(hasModes(server) && { defaultMode: 0o644 }) } };
  spec.volumes = [...(spec.volumes ?? []), volume];
}

const hasModes = ({ era }: ServerView): boolean =>
  hasField(era, "core/v1.SecretVolumeSource", "defaultMode");

/** The secret that says the account's token. */
function tokenOf(account: ServiceAccount, { get }: ServerView): string {
  const { name, namespace = "", uid } = account.metadata;
  const isToken = (secret: Secret | undefined) => {
    const annotations = secret?.metadata.annotations ?? {};
    return (
      secret?.type === serviceAccountToken &&
      annotations["kubernetes.io/service-account.name"] === name &&
      annotations["kubernetes.io/service-account.uid"] === uid
    );
  };
  const found = account.secrets?.find((each) =>
    isToken(get(secrets, { namespace, name: each.name ?? "" })),
  );
  if (found?.name) return found.name;
  const text = `No API token found for service account ${JSON.stringify(name)}, retry after the token is automatically created and added to the service account`;
  const details = { name: "create pod", kind: "serviceaccounts", retryAfterSeconds: 1 };
  // differs: the server itself tries again where upstream's tells its clients to do so.
  throw new NotYet(failure("ServerTimeout", text, details), TOKEN_WAIT);
}

function volumeName(
  { volumes = [] }: PodSpec,
  base: string,
  { random, count }: ServerView,
): string {
  const plain = base.replaceAll(".", "-");
  const generates = base === PREFIX;
  if (!generates && !volumes.some(({ name }) => name === plain)) return plain;
  const stem = generates ? base : `${plain}-`;
  return stem + suffix(random.stream(`volume/${stem}/${count(`volumes/${stem}`)}`));
}

const boundToken = () => ({
  sources: [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [
          { path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
        ],
      },
    },
  ],
  defaultMode: 0o644,
});

/** Why a pod may not use a secret that its account does not name. */
function forbiddenSecret(
  spec: PodSpec,
  { metadata, ...account }: ServiceAccount,
): string | undefined {
  const allowed = new Set(account.secrets?.map(({ name }) => name));
  const why = `is not allowed because service account ${metadata.name} does not reference that`;
  for (const { secret } of spec.volumes ?? []) {
    if (!secret || allowed.has(secret.secretName)) continue;
    return `volume with secret.secretName="${secret.secretName}" ${why} secret`;
  }
  for (const list of ["initContainers", "containers"] as const) {
    for (const container of spec[list] ?? []) {
      const bad = container.env?.find(({ valueFrom }) => {
        const name = valueFrom?.secretKeyRef?.name;
        return name !== undefined && !allowed.has(name);
      });
      if (!bad) continue;
      const what = list === "containers" ? "container" : "init container";
      return `${what} ${container.name} with envVar ${bad.name} referencing secret.secretName="${bad.valueFrom?.secretKeyRef?.name}" ${why} secret`;
    }
  }
  const pulls = new Set(account.imagePullSecrets?.map(({ name }) => name));
  const index = spec.imagePullSecrets?.findIndex(({ name }) => !pulls.has(name)) ?? -1;
  if (index < 0) return undefined;
  return `imagePullSecrets[${index}].name="${spec.imagePullSecrets?.[index]?.name}" ${why} imagePullSecret`;
}
