// Which kinds the server has, and how what a user writes becomes one of them. Asked for once in
// each run, and no more of it than is needed. client-go discovery, restmapper; apimachinery
// api/meta.

import { apiRoot, splitGroupVersion } from "../../../api/resource.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import type { KubectlWords } from "../../../api/words/kubectl.ts";
import { CommandError } from "../cli/errors.ts";
import type { Connection } from "./connection.ts";

/** A kind in one group-version, and all that is needed to ask for it. */
export interface Mapping {
  readonly groupVersion: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
}

interface ApiGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string }[];
  readonly preferredVersion: { readonly groupVersion: string };
}

interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly string[];
}

/** `apps/v1, Resource=deployments`: how messages name a resource. */
export const resourceText = ({ group, version, plural }: Mapping): string =>
  `${group}/${version}, Resource=${plural}`;

export const kindText = ({ group, version, kind }: Mapping): string =>
  `${group}/${version}, Kind=${kind}`;

export class Discovery {
  readonly #connection: Connection;
  readonly #words: Pick<KubectlWords, "shortNames" | "all">;
  #groups: Promise<readonly ApiGroup[]> | undefined;
  readonly #lists = new Map<string, Promise<readonly Mapping[]>>();

  /** `words` has the names that kubectl knows itself. */
  constructor(connection: Connection, words: Pick<KubectlWords, "shortNames" | "all">) {
    this.#connection = connection;
    this.#words = words;
  }

  /** Group-versions, by group in the server's order, the preferred one first. */
  async groupVersions(): Promise<readonly string[]> {
    const groups = await this.groups();
    return groups.flatMap(({ versions, preferredVersion }) => [
      preferredVersion.groupVersion,
      ...versions
        .map(({ groupVersion }) => groupVersion)
        .filter((each) => each !== preferredVersion.groupVersion),
    ]);
  }

  groups(): Promise<readonly ApiGroup[]> {
    this.#groups ??= this.#readGroups();
    return this.#groups;
  }

  async #readGroups(): Promise<readonly ApiGroup[]> {
    const { versions } = await this.#connection.object<{ versions: readonly string[] }>({
      method: "GET",
      path: "/api",
    });
    const { groups } = await this.#connection.object<{ groups: readonly ApiGroup[] }>({
      method: "GET",
      path: "/apis",
    });
    const core = versions.map((groupVersion) => ({ groupVersion }));
    const [preferredVersion = { groupVersion: "v1" }] = core;
    return [{ name: "", versions: core, preferredVersion }, ...groups];
  }

  /** Every kind of a group-version, without subresources. */
  resources(groupVersion: string): Promise<readonly Mapping[]> {
    let list = this.#lists.get(groupVersion);
    if (!list) {
      list = this.#readResources(groupVersion);
      this.#lists.set(groupVersion, list);
    }
    return list;
  }

  async #readResources(groupVersion: string): Promise<readonly Mapping[]> {
    const path = apiRoot(groupVersion);
    const list = await this.#connection.object<{ resources: readonly ApiResource[] }>({
      method: "GET",
      path,
    });
    return list.resources
      .filter(({ name }) => !name.includes("/"))
      .map((each) => ({
        groupVersion,
        ...splitGroupVersion(groupVersion),
        plural: each.name,
        singular: each.singularName || each.kind.toLowerCase(),
        kind: each.kind,
        namespaced: each.namespaced,
        shortNames: this.#words.shortNames ? [] : (each.shortNames ?? []),
        categories: each.categories ?? [],
        verbs: each.verbs,
      }));
  }

  /** Everything, in the order in which names are looked up. */
  async all(): Promise<readonly Mapping[]> {
    const versions = await this.groupVersions();
    return (await Promise.all(versions.map((each) => this.resources(each)))).flat();
  }

  /** By plural, singular or short name, with or without version and group. */
  async find(name: string): Promise<Mapping> {
    const found = await this.lookUp(name);
    if (found) return found;
    const [resource = ""] = name.split(".");
    throw new CommandError(`the server doesn't have a resource type ${quoted(resource)}`);
  }

  async lookUp(name: string): Promise<Mapping | undefined> {
    const [given = "", ...rest] = name.toLowerCase().split(".");
    const resource = this.#words.shortNames?.[given] ?? given;
    const [version = "", ...more] = rest;
    const exact =
      more.length > 0
        ? await this.#search(
            resource,
            (each) => each.version === version && each.group === more.join("."),
          )
        : undefined;
    if (exact) return exact;
    const group = rest.join(".");
    if (group === "") return this.#search(resource, () => true);
    return (
      (await this.#search(resource, (each) => each.group === group)) ??
      (await this.#search(resource, (each) => each.group.startsWith(group)))
    );
  }

  async #search(
    resource: string,
    fits: (version: { readonly group: string; readonly version: string }) => boolean,
  ): Promise<Mapping | undefined> {
    for (const groupVersion of await this.groupVersions()) {
      if (!fits(splitGroupVersion(groupVersion))) continue;
      const found = (await this.resources(groupVersion)).find(
        ({ plural, singular, kind, shortNames }) =>
          plural === resource ||
          singular === resource ||
          kind.toLowerCase() === resource ||
          shortNames.includes(resource),
      );
      if (found) return found;
    }
    return undefined;
  }

  /** The kind of a manifest. */
  async kind(groupVersion: string, kind: string): Promise<Mapping> {
    const { group, version } = splitGroupVersion(groupVersion);
    const served = await this.groupVersions();
    const found = served.includes(groupVersion)
      ? (await this.resources(groupVersion)).find((each) => each.kind === kind)
      : undefined;
    if (found) return found;
    throw new CommandError(
      version === ""
        ? `no matches for kind ${quoted(kind)} in group ${quoted(group)}`
        : `no matches for kind ${quoted(kind)} in version ${quoted(groupVersion)}`,
    );
  }

  /** The names that a category stands for, as arguments; undefined if it is none. */
  async category(name: string): Promise<readonly string[] | undefined> {
    if (name === "all" && this.#words.all) return this.#words.all;
    if (await this.lookUp(name)) return undefined;
    const members = (await this.all()).filter(({ categories }) => categories.includes(name));
    if (members.length === 0) return undefined;
    const names = members.map(({ plural, group }) => (group ? `${plural}.${group}` : plural));
    return [...new Set(names)];
  }
}
