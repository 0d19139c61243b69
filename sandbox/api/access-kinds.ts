// Kinds that say who may do what, who leads, where a service is, and which pods matter most; part
// of the list in index.ts.

import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
} from "./access-review.ts";
import { endpointSlices } from "./endpointslice.ts";
import { selfSubjectReviews, tokenReviews } from "./identity-review.ts";
import { leases } from "./lease.ts";
import { priorityClasses } from "./priorityclass.ts";
import type { Resource } from "./resource.ts";
import { clusterRoles, roles } from "./role.ts";
import { clusterRoleBindings, roleBindings } from "./rolebinding.ts";

export const accessKinds: readonly Resource[] = [
  clusterRoleBindings,
  clusterRoles,
  endpointSlices,
  leases,
  localSubjectAccessReviews,
  priorityClasses,
  roleBindings,
  roles,
  selfSubjectAccessReviews,
  selfSubjectReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  tokenReviews,
];
