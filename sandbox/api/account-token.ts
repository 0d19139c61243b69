// The tokens by which pods say whose they are: JSON web tokens that name a service account.
// pkg/serviceaccount/{legacy,claims,jwt}.go.
// differs: the signature of a token is a checksum, not made with a key.

import { fingerprint } from "../sim/hash.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { certificatePem } from "./certificate.ts";
import { accountUser } from "./serviceaccount.ts";

/** Whom a token is for, and what it ends with. */
export interface AccountClaims {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The secret that holds the token; with it the token ends. */
  readonly secret?: string;
  /** The pod that the token was made for. */
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly audiences?: readonly string[];
  /** Seconds since the epoch. */
  readonly issued?: number;
  readonly expires?: number;
}

/** The certificate of the authority that the cluster's servers are believed by, as PEM. */
export const clusterAuthority = certificatePem({ commonName: "kubernetes", organizations: [] });

const url = (text: string): string =>
  encodeBase64(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function fromUrl(text: string): string | undefined {
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return decodeBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}

const header = url('{"alg":"RS256","kid":"kennel"}');

const sign = (text: string): string => url(fingerprint(text));

/** As in the secrets of service accounts, without an end; or bound to a pod, with one. */
export function accountToken(claims: AccountClaims): string {
  const payload = url(JSON.stringify(claims.secret === undefined ? bound(claims) : legacy(claims)));
  return `${header}.${payload}.${sign(`${header}.${payload}`)}`;
}

const legacy = ({ namespace, name, uid, secret }: AccountClaims) => ({
  iss: "kubernetes/serviceaccount",
  "kubernetes.io/serviceaccount/namespace": namespace,
  "kubernetes.io/serviceaccount/secret.name": secret,
  "kubernetes.io/serviceaccount/service-account.name": name,
  "kubernetes.io/serviceaccount/service-account.uid": uid,
  sub: accountUser(namespace, name),
});

const bound = ({ namespace, name, uid, pod, ...rest }: AccountClaims) => ({
  aud: rest.audiences ?? ["https://kubernetes.default.svc.cluster.local"],
  exp: rest.expires,
  iat: rest.issued,
  iss: "https://kubernetes.default.svc.cluster.local",
  "kubernetes.io": { namespace, ...(pod && { pod }), serviceaccount: { name, uid } },
  nbf: rest.issued,
  sub: accountUser(namespace, name),
});

/** What a token says; undefined if it is none, or not one of ours. */
export function readAccountToken(token: string): AccountClaims | undefined {
  const [head, payload, signature, ...more] = token.split(".");
  if (more.length > 0 || !payload || signature !== sign(`${head}.${payload}`)) return undefined;
  const claims = JSON.parse(fromUrl(payload) ?? "{}") as Record<string, unknown>;
  const prefix = "kubernetes.io/serviceaccount/";
  const of = (field: string) => String(claims[prefix + field] ?? "");
  if (claims[`${prefix}namespace`] !== undefined) {
    return {
      namespace: of("namespace"),
      name: of("service-account.name"),
      uid: of("service-account.uid"),
      secret: of("secret.name"),
    };
  }
  const own = claims["kubernetes.io"] as
    | {
        namespace: string;
        serviceaccount: { name: string; uid: string };
        pod?: { name: string; uid: string };
      }
    | undefined;
  if (!own) return undefined;
  const { exp, iat, aud } = claims as { exp?: number; iat?: number; aud?: string[] };
  return {
    namespace: own.namespace,
    ...own.serviceaccount,
    ...(own.pod && { pod: own.pod }),
    ...(aud && { audiences: aud }),
    ...(exp !== undefined && { expires: exp }),
    ...(iat !== undefined && { issued: iat }),
  };
}
