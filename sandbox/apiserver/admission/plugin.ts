// What an admission plugin is: asked before anything is written, it may change the draft (admit) or
// refuse it (validate). apiserver/pkg/admission/interfaces.go. One plugin, one file in this folder.

import type { Era } from "../../api/era.ts";
import type { KubeObject, NamespacedName } from "../../api/meta.ts";
import type { Resource } from "../../api/resource.ts";
import { forbidden, StatusError } from "../../api/status.ts";
import type { Random } from "../../sim/random.ts";
import type { User } from "../filters/authentication.ts";

/** One write, as the plugins see it. */
export interface Attributes {
  readonly operation: "create" | "update" | "delete";
  readonly resource: Resource;
  readonly subresource: string;
  readonly namespace: string;
  /** May still be empty on create, where the name is generated. */
  readonly name: string;
  /** The draft on create and update; undefined on delete. */
  readonly object: KubeObject | undefined;
  /** What is stored now; undefined on create. */
  readonly old: KubeObject | undefined;
  readonly user: User;
  readonly dryRun: boolean;
}

/** What a plugin may look at: the store, read only, and the server's own facts. */
export interface ServerView {
  readonly era: Era;
  readonly random: Random;
  /** Where services get their addresses from: `10.96.0.0/12`. */
  readonly serviceRange: string;
  now(): number;
  get<T extends KubeObject>(resource: Resource<T>, key: NamespacedName): T | undefined;
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): readonly T[];
  /**
   * Writes a status beside the request that is being answered; only what keeps accounts needs it.
   */
  account<T extends KubeObject>(resource: Resource<T>, object: T): void;
  /** How often this has been asked about `what` before: for names that must differ. */
  count(what: string): number;
}

export interface AdmissionPlugin {
  /** Upstream's name: `DefaultStorageClass`. */
  readonly name: string;
  /** The plurals of the kinds that it is about; all of them if absent. */
  readonly about?: readonly string[];
  /** Also asked about writes of parts of an object, such as its status. */
  readonly withSubresources?: boolean;
  /** May change `attributes.object`; throws a StatusError to refuse. Not asked about deletions. */
  admit?(attributes: Attributes, server: ServerView): void;
  /** Throws a StatusError to refuse. What it wrote itself is taken back by what it gives. */
  validate?(attributes: Attributes, server: ServerView): (() => void) | undefined;
}

/** Refused for now: what is missing should be there in a moment, so that the server tries again. */
export class NotYet extends StatusError {
  readonly wait: number;
  constructor({ status }: StatusError, wait: number) {
    super(status);
    this.wait = wait;
  }
}

/** A refusal in upstream's words: `pods "web-0" is forbidden: …`. admission.NewForbidden. */
export function forbiddenBy(attributes: Attributes, why: string): StatusError {
  const { resource, name, object, old } = attributes;
  const { metadata } = object ?? old ?? {};
  return forbidden(resource, metadata?.name || metadata?.generateName || name || "Unknown", why);
}
