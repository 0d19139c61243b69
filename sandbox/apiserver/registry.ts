// The verbs of the API over the store, the same for every kind; what differs is in its Resource and
// its hooks. Everything here is synchronous: nothing can come between a read and the write after
// it. apiserver/pkg/registry/generic/registry/store.go,
// pkg/registry/rest/{create,update,delete}.go.

import { clone, equal } from "../api/clone.ts";
import {
  type FieldError,
  GoValue,
  invalid,
  invalidObject,
  withJsonValues,
} from "../api/field-error.ts";
import type { KubeList, KubeObject, NamespacedName } from "../api/meta.ts";
import { type Context, groupVersionOf, type Resource } from "../api/resource.ts";
import {
  alreadyExists,
  badRequest,
  conflict,
  failure,
  notFound,
  type StatusError,
} from "../api/status.ts";
import { timestamp } from "../api/time.ts";
import { suffix, uuid } from "../sim/random.ts";
import type { AdmissionPlugin, Attributes, ServerView } from "./admission/plugin.ts";
import { type DeleteOptions, planDeletion } from "./deletion.ts";
import type { User } from "./filters/authentication.ts";
import type { HookContext, Hooks, Undo } from "./hooks/hooks.ts";
import { page } from "./pages.ts";
import { isFinished, keepServerFields, keepStatus, specOf, takeStatus } from "./preparing.ts";
import { type Criteria, selectorFor } from "./selection.ts";
import type { Store, Stored } from "./store.ts";
import { validateMetadata, validateMetadataUpdate } from "./validate-metadata.ts";

/** What a registry needs of its server. */
export interface Shared {
  readonly store: Store;
  readonly view: ServerView;
  /** The plugins that are about its kind. */
  readonly admission: readonly AdmissionPlugin[];
}

/** What a caller may say about a write. */
export interface WriteOptions {
  readonly user: User;
  /** The group-version of the request. */
  readonly groupVersion: string;
  readonly dryRun?: boolean;
  readonly subresource?: string;
  /** The object is the caller's to give: it need not be copied. */
  readonly owned?: boolean;
}

export class Registry<T extends KubeObject = KubeObject> {
  readonly resource: Resource<T>;
  readonly #shared: Shared;
  readonly #hooks: Hooks<T>;
  readonly #root: string;
  constructor(resource: Resource<T>, hooks: Hooks<T>, shared: Shared) {
    this.resource = resource;
    this.#hooks = hooks;
    this.#shared = shared;
    this.#root = `/registry/${resource.storedUnder ?? resource.plural}`;
  }

  /** Where the store keeps this kind: `/registry/pods`. */
  get bucket(): string {
    return this.#root;
  }

  key({ namespace, name }: NamespacedName): string {
    return namespace ? `${this.#root}/${namespace}/${name}` : `${this.#root}/${name}`;
  }

  find(key: NamespacedName): T | undefined {
    return this.#shared.store.get(this.key(key))?.value as T | undefined;
  }

  get(key: NamespacedName): T {
    return this.#stored(key).value as T;
  }

  /** Writes past the rules of the kind: for what the server itself decides, and only that. */
  overwrite(object: T): void {
    const key = this.key({
      namespace: object.metadata.namespace ?? "",
      name: object.metadata.name,
    });
    const stored = this.#shared.store.get(key);
    if (!stored || equal(stored.value, object)) return;
    const draft = { ...object, metadata: { ...object.metadata } };
    this.#shared.store.put(key, draft, stored.revision);
  }

  /** All of a namespace, or of all namespaces, in the order of their keys. */
  all(namespace: string): readonly T[] {
    const prefix = namespace ? `${this.#root}/${namespace}/` : `${this.#root}/`;
    return this.#shared.store.list(prefix).map(({ value }) => value as T);
  }

  list(namespace: string, criteria: Criteria): KubeList<T> {
    const { resource } = this;
    const { revision } = this.#shared.store;
    checkVersion(criteria.resourceVersion, revision);
    const matches = selectorFor(resource, criteria);
    const { items, metadata } = page(this.all(namespace).filter(matches), criteria);
    return {
      kind: `${resource.kind}List`,
      apiVersion: groupVersionOf(resource),
      metadata: { resourceVersion: String(revision), ...metadata },
      items,
    };
  }

  create(namespace: string, body: T, options: WriteOptions): T {
    const { resource } = this;
    const { admission, view, store } = this.#shared;
    const context = this.#context(options);
    const draft = options.owned ? body : clone(body);
    draft.metadata = { ...draft.metadata };
    if (resource.namespaced) draft.metadata.namespace = namespace;
    else delete draft.metadata.namespace;
    resource.default?.(draft, context);
    const attributes = this.#attributes("create", { object: draft }, options);
    const undo: (Undo | undefined)[] = [];
    try {
      for (const plugin of admission) plugin.admit?.(attributes, view);
      this.#fillMetadata(draft);
      resource.prepareForCreate?.(draft, context);
      const { name, generateName } = draft.metadata;
      const errors = [
        ...validateMetadata(resource, draft, context),
        ...(resource.validate?.(draft, context) ?? []),
      ];
      if (errors.length > 0) throw this.#invalid(name, errors);
      undo.push(this.#hooks.beforeCreate?.(draft, { ...context, dryRun: attributes.dryRun }, view));
      for (const plugin of admission) undo.push(plugin.validate?.(attributes, view));
      const key = this.key({ namespace: draft.metadata.namespace ?? "", name });
      if (store.get(key)) throw generateName ? notUnique(resource) : alreadyExists(resource, name);
      if (!options.dryRun) return this.#put(key, draft, 0);
    } catch (error) {
      for (const each of undo) each?.();
      throw error;
    }
    for (const each of undo) each?.();
    return draft;
  }

  update(key: NamespacedName, body: T, options: WriteOptions): T {
    const { resource } = this;
    const { view } = this.#shared;
    const admission = this.#pluginsFor(options);
    const context = this.#context(options);
    const stored = this.#stored(key);
    const old = stored.value as T;
    const draft = options.owned ? body : clone(body);
    const status = options.subresource === "status";
    this.#checkIdentity(draft, stored, key);
    if (!status) resource.default?.(draft, context);
    const asked = this.#attributes("update", { object: draft, old }, options);
    for (const plugin of admission) plugin.admit?.(asked, view);
    const prepared = this.#prepareUpdate(draft, old, options);
    const undo: (Undo | undefined)[] = [];
    try {
      const { dryRun } = asked;
      if (!status) undo.push(this.#beforeUpdate(prepared, old, { ...context, dryRun }));
      const attributes = { ...asked, object: prepared };
      for (const plugin of admission) undo.push(plugin.validate?.(attributes, view));
      if (!options.dryRun) return this.#replace(stored, prepared);
    } catch (error) {
      for (const each of undo) each?.();
      throw error;
    }
    for (const each of undo) each?.();
    return prepared;
  }

  #beforeUpdate(draft: T, old: T, context: HookContext): Undo | undefined {
    return this.#hooks.beforeUpdate?.(draft, old, { context, server: this.#shared.view });
  }

  /** `change` makes the new object out of the old one; what it gives is then an update. */
  patch(key: NamespacedName, change: (old: T) => T, options: WriteOptions): T {
    const old = this.get(key);
    const draft = change(old);
    const { name, namespace } = draft.metadata;
    if (name !== undefined && name !== old.metadata.name) {
      throw badRequest(
        `the name of the object (${name}) does not match the name on the URL (${key.name})`,
      );
    }
    if (namespace !== undefined && namespace !== old.metadata.namespace) {
      throw badRequest(
        `the namespace of the object (${namespace}) does not match the namespace on the request (${key.namespace})`,
      );
    }
    return this.update(key, draft, { ...options, owned: true });
  }

  /** The object as it is after the call, and whether it is gone. */
  delete(
    key: NamespacedName,
    asked: DeleteOptions,
    options: WriteOptions,
  ): { object: T; gone: boolean } {
    const { resource } = this;
    const stored = this.#stored(key);
    const old = stored.value as T;
    const attributes = this.#attributes("delete", { old }, options);
    for (const plugin of this.#shared.admission) plugin.validate?.(attributes, this.#shared.view);
    this.#checkPreconditions(old, asked);
    const context = this.#context(options);
    const plan = this.#hooks.planDeletion
      ? this.#hooks.planDeletion(old, asked, context)
      : planDeletion(resource, old, { asked, context });
    if (plan === "remove") {
      if (options.dryRun) return { object: old, gone: true };
      return { object: this.#remove(stored), gone: true };
    }
    if (plan === "wait") return { object: old, gone: false };
    if (options.dryRun) return { object: plan, gone: false };
    const object = this.#shared.store.put(stored.key, plan, stored.revision)?.value as T;
    return { object, gone: false };
  }

  #pluginsFor({ subresource }: WriteOptions): readonly AdmissionPlugin[] {
    const { admission } = this.#shared;
    return subresource ? admission.filter((plugin) => plugin.withSubresources) : admission;
  }

  #stored(key: NamespacedName): Stored {
    const stored = this.#shared.store.get(this.key(key));
    if (!stored) throw notFound(this.resource, key.name);
    return stored;
  }

  #invalid(name: string, errors: readonly FieldError[]): StatusError {
    const asJson = this.#shared.view.era.behaviors.has("json-field-values");
    return invalidObject(this.resource, name, asJson ? withJsonValues(errors) : errors);
  }

  #context({ groupVersion, subresource = "" }: WriteOptions): Context {
    const { era, now } = this.#shared.view;
    return { era, groupVersion, now: now(), subresource };
  }

  #attributes(
    operation: Attributes["operation"],
    { object, old }: { readonly object?: T; readonly old?: T },
    { user, dryRun = false, subresource = "" }: WriteOptions,
  ): Attributes {
    const { name, namespace = "" } = (object ?? old)?.metadata ?? { name: "" };
    const { resource } = this;
    return { operation, resource, subresource, namespace, name, object, old, user, dryRun };
  }

  /** What the server itself says of a new object; true if it had to find a name. */
  #fillMetadata({ metadata }: T): void {
    const { random, now } = this.#shared.view;
    if (!metadata.name && metadata.generateName) {
      const made = this.#count(metadata.generateName);
      const chance = random.stream(`name/${this.resource.plural}/${metadata.generateName}/${made}`);
      metadata.name = metadata.generateName.slice(0, 58) + suffix(chance);
    }
    metadata.uid = uuid(random.stream(`uid/${this.#once(metadata)}`));
    metadata.creationTimestamp = timestamp(now());
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.resourceVersion;
    delete metadata.selfLink;
    if (this.resource.countsGenerations) metadata.generation = 1;
    else delete metadata.generation;
  }

  /** A text that no other object of this kind gets: the same name may come again. */
  #once({ namespace = "", name }: T["metadata"]): string {
    const { plural } = this.resource;
    // Events never share a name, and there are many: they are not counted.
    const times = plural === "events" ? 0 : this.#count(`${namespace}/${name}`);
    return `${plural}/${namespace}/${name}/${times}`;
  }

  #count(what: string): number {
    return this.#shared.store.count(`${this.resource.plural}/${what}`);
  }

  #checkIdentity(draft: T, stored: Stored, key: NamespacedName): void {
    const { resource } = this;
    const { name, uid, resourceVersion } = draft.metadata;
    if (name !== key.name) {
      throw badRequest(
        `the name of the object (${name ?? ""}) does not match the name on the URL (${key.name})`,
      );
    }
    if (uid && uid !== stored.value.metadata.uid) {
      throw conflict(
        resource,
        key.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stored.value.metadata.uid}`,
      );
    }
    if (!resourceVersion && resource.needsVersion) {
      const field = "metadata.resourceVersion";
      const error = invalid(field, new GoValue("0x0"), "must be specified for an update");
      throw this.#invalid(key.name, [error]);
    }
    if (resourceVersion && resourceVersion !== stored.value.metadata.resourceVersion) {
      throw conflict(
        resource,
        key.name,
        "the object has been modified; please apply your changes to the latest version and try again",
      );
    }
  }

  #checkPreconditions({ metadata }: T, { preconditions }: DeleteOptions): void {
    const { group, kind } = this.resource;
    const facts = [
      ["UID", preconditions?.uid, metadata.uid, "deleted and then recreated"],
      ["ResourceVersion", preconditions?.resourceVersion, metadata.resourceVersion, "modified"],
    ] as const;
    for (const [what, asked, is, fate] of facts) {
      if (!asked || asked === is) continue;
      const why = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${is}). The object might have been ${fate}`;
      throw conflict({ group, plural: kind }, metadata.name, why);
    }
  }

  /** BeforeUpdate: what the server keeps, what the kind forbids. */
  #prepareUpdate(draft: T, old: T, options: WriteOptions): T {
    const { resource } = this;
    const context = this.#context(options);
    const status = options.subresource === "status";
    const prepared = status ? takeStatus(draft, old) : keepStatus(resource, draft, old);
    const { metadata } = prepared;
    metadata.namespace = old.metadata.namespace as string;
    if (metadata.namespace === undefined) delete metadata.namespace;
    keepServerFields(metadata, old.metadata);
    if (!status) resource.prepareForUpdate?.(prepared, old, context);
    if (resource.countsGenerations && !status && !equal(specOf(prepared), specOf(old))) {
      metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    const validate = status ? resource.validateStatus : resource.validateUpdate;
    const errors = [
      ...validateMetadataUpdate(prepared, old, context.era),
      ...(validate?.call(resource, prepared, old, context) ?? []),
    ];
    if (errors.length > 0) throw this.#invalid(old.metadata.name, errors);
    return prepared;
  }

  #replace(stored: Stored, draft: T): T {
    const old = stored.value as T;
    draft.metadata.resourceVersion = old.metadata.resourceVersion as string;
    if (isFinished(draft) && !this.#hooks.holds?.(draft)) {
      // The last finalizer has gone, and nothing else keeps the object: it goes, too.
      return this.#remove(stored);
    }
    if (equal(draft, old)) return old;
    return this.#put(stored.key, draft, stored.revision);
  }

  #put(key: string, draft: T, expect: number): T {
    const { store } = this.#shared;
    const { keptMs } = this.resource;
    if (keptMs !== undefined) store.lease(key, keptMs);
    return store.put(key, draft, expect)?.value as T;
  }

  #remove(stored: Stored): T {
    this.#hooks.afterDelete?.(stored.value as T, this.#shared.view);
    const last = this.#shared.store.delete(stored.key, stored.revision);
    if (!last) throw failure("InternalError", `${stored.key} changed while it was deleted`);
    return last.value as T;
  }
}

/** Taken, and could have been generated (even if it was not): whoever asked may try again. */
const notUnique = ({ kind }: Resource): StatusError =>
  failure(
    "ServerTimeout",
    `The POST operation against ${kind} could not be completed at this time, please try again.`,
    { kind },
  );

/** A list cannot show what has not happened yet. */
function checkVersion(asked: string, current: number): void {
  if (!/^\d*$/.test(asked)) {
    const text = `strconv.ParseUint: parsing ${JSON.stringify(asked)}: invalid syntax`;
    throw badRequest(`invalid resource version ${JSON.stringify(asked)}: ${text}`);
  }
  if (Number(asked) <= current) return;
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  const text = `Too large resource version: ${asked}, current: ${current}`;
  throw failure("Timeout", `Timeout: ${text}`, { causes, retryAfterSeconds: 1 });
}
