// Questions about who may do what. They are answered and never kept; the answers are made in
// apiserver/subresources/access-reviews.ts. Types in api/authorization/v1/types.go.

import { nameColumn } from "./columns.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource, type Resource } from "./resource.ts";
import type { PolicyRule } from "./role.ts";

export interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
}

export interface AccessReview extends KubeObject {
  spec: {
    resourceAttributes?: ResourceAttributes;
    nonResourceAttributes?: { path?: string; verb?: string };
    user?: string;
    groups?: string[];
  };
  status: { allowed: boolean; reason?: string };
}

export interface RulesReview extends KubeObject {
  spec: { namespace?: string };
  status: { resourceRules: PolicyRule[]; nonResourceRules: PolicyRule[]; incomplete: boolean };
}

const review = <T extends KubeObject>(kind: string, namespaced = false): Resource<T> =>
  defineResource<T>({
    group: "authorization.k8s.io",
    version: "v1",
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    namespaced,
    alsoIn: ["authorization.k8s.io/v1beta1"],
    verbs: ["create"],
    columns: [nameColumn],
  });

export const selfSubjectAccessReviews = review<AccessReview>("SelfSubjectAccessReview");
export const subjectAccessReviews = review<AccessReview>("SubjectAccessReview");
export const localSubjectAccessReviews = review<AccessReview>("LocalSubjectAccessReview", true);
export const selfSubjectRulesReviews = review<RulesReview>("SelfSubjectRulesReview");
