// What describes one kind of object, and what it has to do it with.

import type { KubeList, KubeObject } from "../../../api/meta.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import type { Target } from "../server/rest.ts";
import type { Lines } from "./lines.ts";

export interface Subject<T extends KubeObject = KubeObject> {
  readonly kubectl: Kubectl;
  readonly target: Target;
  readonly object: T;
  /** What has happened to it, unless the user does not want to know. */
  readonly events: Lines;
}

export interface Describer<T extends KubeObject = KubeObject> {
  readonly kind: string;
  describe(subject: Subject<T>): Lines | Promise<Lines>;
}

export const defineDescriber = <T extends KubeObject>(describer: Describer<T>): Describer<T> =>
  describer;

/** All objects of a type in a namespace. */
export interface Related {
  readonly type: string;
  readonly namespace: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** Other objects, all of a kind; none if there is no such kind. */
export async function others<T extends KubeObject>(
  { discovery, rest }: Kubectl,
  { type, namespace, query = {} }: Related,
): Promise<readonly T[]> {
  const mapping = await discovery.lookUp(type);
  if (!mapping) return [];
  return (await rest.list<KubeList<T>>(mapping, namespace, { query })).items;
}

/** Another object, by its name. Throws if there is none. */
export async function another<T extends KubeObject>(
  { discovery, rest }: Kubectl,
  {
    type,
    namespace,
    name,
  }: { readonly type: string; readonly namespace: string; readonly name: string },
): Promise<T> {
  return rest.get<T>({ mapping: await discovery.find(type), namespace, name });
}
