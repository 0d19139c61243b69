// Tokens for service accounts, for a while and for one pod.
// pkg/registry/core/serviceaccount/storage/token.go.

import { accountToken } from "../../api/account-token.ts";
import { type FieldError, invalid, invalidObject } from "../../api/field-error.ts";
import type { KubeObject, ObjectReference } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { secrets } from "../../api/secret.ts";
import { badRequest, conflict, notFound } from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import { decodeAs } from "../decoding.ts";
import { type Call, notAllowed, ok } from "../dispatch.ts";
import type { ServerParts, Subresource } from "../server.ts";

interface TokenRequest extends KubeObject {
  spec: { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: ObjectReference };
  status?: { token: string; expirationTimestamp: string };
}

const GROUP = "authentication.k8s.io";
const versions = { groupVersions: [`${GROUP}/v1`], kind: "TokenRequest" };
const audience = "https://kubernetes.default.svc.cluster.local";

/**
 * What the kubelet asks for; such tokens go on for a year, for programs that do not read them
 * again.
 */
const EXTENDED = 3607;
const YEAR = 365 * 24 * 3600;

export const token: Subresource = (call, parts) => {
  const { info, request, served, tools } = call;
  if (info.verb !== "create") throw notAllowed();
  const body = decodeAs(request, tools.era, versions) as TokenRequest;
  const { audiences = [], expirationSeconds: seconds = 3600, boundObjectRef } = body.spec ?? {};
  check(seconds);
  const { metadata } = served.registry.get(info);
  const bound = boundObjectRef && boundTo(boundObjectRef, call, parts);
  const issued = Math.floor(parts.view.now() / 1000);
  const spec = { ...body.spec, audiences: audiences.length > 0 ? audiences : [audience] };
  const pod = bound?.kind === "Pod" && { pod: { name: bound.name, uid: bound.uid } };
  const made = accountToken({
    ...{ namespace: info.namespace, name: info.name, uid: metadata.uid ?? "" },
    ...{ audiences: spec.audiences, issued },
    ...pod,
    expires: issued + (pod && seconds === EXTENDED ? YEAR : seconds),
  });
  const expirationTimestamp = timestamp((issued + seconds) * 1000);
  const answer = {
    ...{ kind: "TokenRequest", apiVersion: `${GROUP}/v1` },
    metadata: { name: info.name, namespace: info.namespace, creationTimestamp: null },
    spec: { ...spec, expirationSeconds: seconds, boundObjectRef: boundObjectRef ?? null },
    status: { token: made, expirationTimestamp },
  };
  return ok(answer, 201);
};

function check(seconds: number): void {
  const errors: FieldError[] = [];
  const field = "spec.expirationSeconds";
  if (seconds < 600) {
    errors.push(invalid(field, seconds, "may not specify a duration less than 10 minutes"));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(field, seconds, "may not specify a duration larger than 2^32 seconds"));
  }
  if (errors.length > 0) throw invalidObject({ group: GROUP, kind: "TokenRequest" }, "", errors);
}

/** The pod or secret with which the token ends. */
function boundTo(reference: ObjectReference, { info }: Call, { view }: ServerParts) {
  const { kind = "", name = "", uid } = reference;
  const key = { namespace: info.namespace, name };
  if (kind !== "Pod" && kind !== "Secret") {
    throw badRequest(`cannot bind token to object of type ${reference.apiVersion}, Kind=${kind}`);
  }
  const object: KubeObject | undefined =
    kind === "Pod" ? view.get(pods, key) : view.get(secrets, key);
  if (!object) throw notFound(kind === "Pod" ? pods : secrets, name);
  if (kind === "Pod" && (object as Pod).spec.serviceAccountName !== info.name) {
    throw badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(info.name)} to pod running with different serviceaccount name.`,
    );
  }
  if (uid && uid !== object.metadata.uid) {
    const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw conflict({ group: "", plural: kind }, name, why);
  }
  return { kind, name, uid: object.metadata.uid ?? "" };
}
