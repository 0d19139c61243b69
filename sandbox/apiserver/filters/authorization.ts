// Who may do what, and as whom. Without the right nothing is even looked up.
// apiserver/pkg/endpoints/filters/{authorization,impersonation}.go,
// handlers/responsewriters/errors.go.

import type { Filter, Request } from "../../api/http.ts";
import { accountGroups, accountUser } from "../../api/serviceaccount.ts";
import { failure, forbidden, internalError, type StatusError } from "../../api/status.ts";
import type { ServerView } from "../admission/plugin.ts";
import { requestInfo } from "../request-info.ts";
import { type User, userOf, type WithUser } from "./authentication.ts";
import { decide, isSuperuser, type Wanted } from "./decide.ts";

/**
 * Lets pass what the roles in the store allow; speaks for others where that is asked and allowed.
 */
export const withAuthorization =
  (view: ServerView): Filter =>
  (next) =>
  async (request) => {
    const user = actingUser(view, request);
    if (!isSuperuser(user)) check(view, user, wantedBy(request));
    return next({ ...request, user } as WithUser);
  };

function check(view: ServerView, user: User, wanted: Wanted): void {
  const { allowed, reason } = decide(view, user, wanted);
  if (!allowed) throw refusal(view, user, { ...wanted, reason });
}

function wantedBy(request: Request): Wanted {
  const info = requestInfo(request);
  const { resource = "", subresource, group, namespace, name, path } = info;
  return {
    verb: resource ? info.verb : request.method.toLowerCase(),
    group,
    resource: subresource ? `${resource}/${subresource}` : resource,
    // A namespace is in itself.
    namespace: resource === "namespaces" ? name : namespace,
    name,
    path,
  };
}

function refusal(
  { era }: ServerView,
  user: User,
  { reason, ...wanted }: Wanted & { readonly reason: string },
): StatusError {
  const more = reason ? `: ${reason}` : "";
  const { verb, group, resource, namespace, name, path } = wanted;
  if (!resource) {
    const text = `User ${JSON.stringify(user.name)} cannot ${verb} path ${JSON.stringify(path)}${more}`;
    return failure("Forbidden", `forbidden: ${text}`, {});
  }
  const text = era.words.core.forbidden({ user: user.name, verb, group, resource, namespace });
  return forbidden({ group, plural: resource.replace(/\/.*/, "") }, name, text + more);
}

/** Whoever the request says that it acts as; everything about that must be allowed. */
function actingUser(view: ServerView, request: Request): User {
  const user = userOf(request);
  const name = request.headers["impersonate-user"] ?? "";
  const asked = request.headers["impersonate-group"] ?? "";
  const groups = asked ? asked.split(",").map((group) => group.trim()) : [];
  if (!name) {
    if (groups.length === 0) return user;
    const text = `requested [{Group    ${groups[0]}    }] without impersonating a user`;
    throw internalError(text);
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const [, namespace = "", accountName = ""] = account ?? [];
  const impersonate = (resource: string, subject: string, within = "") => {
    const wanted = { verb: "impersonate", group: "", resource, namespace: within, name: subject };
    check(view, user, { ...wanted, path: "" });
  };
  if (account) impersonate("serviceaccounts", accountName, namespace);
  else impersonate("users", name);
  for (const group of groups) impersonate("groups", group);
  const own = account && groups.length === 0 ? accountGroups(namespace) : groups;
  const rest = name === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  const known = own.includes("system:unauthenticated") || own.includes(rest);
  return {
    name: account ? accountUser(namespace, accountName) : name,
    groups: known ? own : [...own, rest],
  };
}
