// Answers to those who ask what they may do, or what others may. pkg/registry/authorization.

import type { AccessReview, RulesReview } from "../../api/access-review.ts";
import { type FieldError, GoValue, invalid, invalidObject } from "../../api/field-error.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { PolicyRule } from "../../api/role.ts";
import { badRequest, type StatusError } from "../../api/status.ts";
import { bodyOf, type Call, ok } from "../dispatch.ts";
import { userOf } from "../filters/authentication.ts";
import { decide, grants, hasRoles, type Wanted } from "../filters/decide.ts";
import { render } from "../rendering.ts";
import type { Subresource } from "../server.ts";

export const selfAccess: Subresource = (call, { view }) =>
  answer(call, (review: AccessReview) => {
    const { allowed, reason } = decide(view, userOf(call.request), wantedBy(call, review));
    review.status = { allowed, ...(reason && { reason }) };
  });

/** Also for those that are about one namespace. */
export const access: Subresource = (call, { view }) =>
  answer(call, (review: AccessReview) => {
    const { user = "", groups = [] } = review.spec ?? {};
    const wanted = wantedBy(call, review);
    if (!user && groups.length === 0) {
      throw refuse(
        call,
        invalid("spec.user", "", "at least one of user or group must be specified"),
      );
    }
    const within = call.info.namespace;
    if (within && wanted.resource && wanted.namespace !== within) {
      const field = "spec.resourceAttributes.namespace";
      throw refuse(call, invalid(field, wanted.namespace, "must match metadata.namespace"));
    }
    const { allowed, reason } = decide(view, { name: user, groups }, wanted);
    review.status = { allowed, ...(reason && { reason }) };
  });

export const selfRules: Subresource = (call, { view }) =>
  answer(call, (review: RulesReview) => {
    const { namespace = "" } = review.spec ?? {};
    if (!namespace) throw badRequest("no namespace on request");
    const user = userOf(call.request);
    const rules = hasRoles(view)
      ? [...grants(view, { user, namespace, errors: [] })].flatMap((grant) => grant.rules)
      : everything;
    review.status = {
      resourceRules: rules.filter(({ nonResourceURLs }) => !nonResourceURLs?.length),
      nonResourceRules: rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length),
      incomplete: false,
    };
  });

const everything: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

function answer<T extends KubeObject>(call: Call, fill: (review: T) => void) {
  const review = bodyOf(call).object as T;
  fill(review);
  return ok(render(call, review), 201);
}

function wantedBy(call: Call, { spec }: AccessReview): Wanted {
  const { resourceAttributes: about, nonResourceAttributes: path } = spec ?? {};
  if (about && path) {
    const text = "cannot be specified in combination with resourceAttributes";
    throw refuse(call, invalid("spec.nonResourceAttributes", path, text));
  }
  if (path) {
    const { verb = "" } = path;
    return { verb, group: "", resource: "", namespace: "", name: "", path: path.path ?? "" };
  }
  if (!about) {
    const text = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw refuse(call, invalid("spec.resourceAttributes", new GoValue("null"), text));
  }
  const { verb = "", group = "", resource = "", subresource, namespace = "", name = "" } = about;
  return {
    ...{ verb, group, namespace, name, path: "" },
    resource: subresource ? `${resource}/${subresource}` : resource,
  };
}

const refuse = ({ served }: Call, error: FieldError): StatusError =>
  invalidObject(served.registry.resource, "", [error]);
