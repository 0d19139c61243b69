// Who asks. A client certificate names its user; a token is looked up; nobody is system:anonymous.

import type { Filter, Request } from "../../api/http.ts";
import { failure } from "../../api/status.ts";

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Finds the user that a bearer token stands for. */
export type TokenLookup = (token: string) => User | undefined;

const anonymous: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

/** The user of a request that has passed the filter below. */
export type WithUser = Request & { readonly user: User };

export function withAuthentication(lookup: TokenLookup): Filter {
  return (next) => (request) =>
    next({ ...request, user: authenticate(request, lookup) } as WithUser);
}

function authenticate(request: Request, lookup: TokenLookup): User {
  if (request.certificate) {
    const { commonName, organizations } = request.certificate;
    return { name: commonName, groups: [...organizations, "system:authenticated"] };
  }
  const authorization = request.headers["authorization"];
  if (authorization === undefined) return anonymous;
  const token = /^Bearer\s+(.+)$/i.exec(authorization)?.[1];
  const user = token === undefined ? undefined : lookup(token);
  if (!user) throw failure("Unauthorized", "Unauthorized");
  return { ...user, groups: [...user.groups, "system:authenticated"] };
}

export const userOf = (request: Request): User => (request as WithUser).user ?? anonymous;
