// Questions about who somebody is. They are answered and never kept:
// apiserver/subresources/identity-reviews.ts. Types in api/authentication/v1/types.go.

import { nameColumn } from "./columns.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource, type Resource } from "./resource.ts";

export interface UserInfo {
  username: string;
  uid?: string;
  groups?: string[];
}

export interface TokenReview extends KubeObject {
  spec: { token?: string; audiences?: string[] };
  status?: { authenticated?: boolean; user?: UserInfo; error?: string };
}

export interface SelfSubjectReview extends KubeObject {
  status?: { userInfo: UserInfo };
}

const review = <T extends KubeObject>(kind: string): Resource<T> =>
  defineResource<T>({
    group: "authentication.k8s.io",
    version: "v1",
    kind,
    plural: `${kind.toLowerCase()}s`,
    singular: kind.toLowerCase(),
    shortNames: [],
    namespaced: false,
    alsoIn: ["authentication.k8s.io/v1beta1"],
    verbs: ["create"],
    columns: [nameColumn],
  });

export const tokenReviews = review<TokenReview>("TokenReview");
export const selfSubjectReviews = review<SelfSubjectReview>("SelfSubjectReview");
