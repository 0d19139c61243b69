// What the API server says of the kinds of the core group, and of what a user may not do.

/** What someone wanted to do, as a refusal names it. */
export interface Wish {
  readonly user: string;
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  /** Empty: in no namespace or in all of them. */
  readonly namespace: string;
}

export interface CoreWords {
  /** Of a change to what may not change in a pod; `%v` is the difference. */
  readonly podFixed: string;
  /** Of a pod with several containers, one of which must be chosen. */
  chooseContainer(
    pod: string,
    containers: readonly string[],
    initContainers: readonly string[],
  ): string;
  /** Why a service cannot have the address that it wants. */
  addressRefused(address: string, why: string): string;
  /** Why not: it is none of those that services may have. */
  addressOutside(address: string, range: string): string;
  /** Why a wish is not granted. */
  forbidden(wish: Wish): string;
  /** Of a request of the server's own that did not arrive. */
  getFailed(url: string, why: string): string;
  /** How admission plugins begin what they say. */
  refusal(text: string): string;
  /** How they end what they say of limits. */
  limit(text: string): string;
  namespaceEnding(namespace: string): string;
  accountMissing(namespace: string, name: string): string;
  /** What a quota misses: by resource, the containers that do not say it. */
  quotaNeeds(unsaid: ReadonlyMap<string, readonly string[]>): string;
}
