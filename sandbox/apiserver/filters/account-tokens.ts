// Whose token it is: a service account's that still exists, with what the token is bound to.
// pkg/serviceaccount/{jwt,legacy,claims}.go.

import { readAccountToken } from "../../api/account-token.ts";
import { pods } from "../../api/pod.ts";
import { secrets } from "../../api/secret.ts";
import { accountGroups, accountUser, serviceAccounts } from "../../api/serviceaccount.ts";
import type { ServerView } from "../admission/plugin.ts";
import type { TokenLookup } from "./authentication.ts";

export const accountTokens =
  ({ get, now }: ServerView): TokenLookup =>
  (token) => {
    const claims = readAccountToken(token);
    if (!claims) return undefined;
    const { namespace, name, uid, secret, pod, expires } = claims;
    if (expires !== undefined && now() >= expires * 1000) return undefined;
    if (get(serviceAccounts, { namespace, name })?.metadata.uid !== uid) return undefined;
    if (secret !== undefined && !get(secrets, { namespace, name: secret })) return undefined;
    if (pod && get(pods, { namespace, name: pod.name })?.metadata.uid !== pod.uid) return undefined;
    return { name: accountUser(namespace, name), groups: accountGroups(namespace) };
  };
