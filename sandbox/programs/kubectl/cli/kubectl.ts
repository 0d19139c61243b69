// What every command of one run of kubectl has: its process, its settings, the way to the server
// and the ways to print. All of it is made when it is first needed.

import type { Era } from "../../../api/era.ts";
import { StatusError } from "../../../api/status.ts";
import { humanDuration, parseTime, shortDuration } from "../../../api/time.ts";
import type { KubectlWords } from "../../../api/words/kubectl.ts";
import type { Process } from "../../../machine/process.ts";
import type { SelectOptions } from "../input/info.ts";
import { type FileOptions, fileOptions } from "../input/manifests.ts";
import { isMissingResource, Selection } from "../input/selection.ts";
import { type Printer, type PrinterOptions, printerFor } from "../print/printers.ts";
import { TableWriter } from "../print/table.ts";
import { Connection } from "../server/connection.ts";
import { Discovery } from "../server/discovery.ts";
import { inClusterSettings } from "../server/in-cluster.ts";
import {
  type Kubeconfig,
  loadKubeconfig,
  type Settings,
  settingsOf,
} from "../server/kubeconfig.ts";
import { Rest } from "../server/rest.ts";
import { Aggregate, CommandError } from "./errors.ts";
import type { FlagValues } from "./flags.ts";

export interface KubectlOptions {
  readonly process: Process;
  readonly era: Era;
  readonly flags: FlagValues;
}

export class Kubectl {
  readonly process: Process;
  readonly era: Era;
  readonly flags: FlagValues;
  #config: Kubeconfig | undefined;
  #settings: Settings | undefined;
  #rest: Rest | undefined;
  #discovery: Discovery | undefined;
  readonly #warned = new Set<string>();
  /** Writes that were begun and not waited for. */
  #pending: Promise<void> = Promise.resolve();

  constructor({ process, era, flags }: KubectlOptions) {
    this.process = process;
    this.era = era;
    this.flags = flags;
  }

  get words(): KubectlWords {
    return this.era.words.kubectl;
  }

  get config(): Kubeconfig {
    this.#config ??= loadKubeconfig(this.process, this.flags.string("kubeconfig"));
    return this.#config;
  }

  get settings(): Settings {
    this.#settings ??= inClusterSettings(this.process, settingsOf(this.config, this.flags));
    return this.#settings;
  }

  get namespace(): string {
    return this.settings.namespace;
  }

  get rest(): Rest {
    this.#rest ??= new Rest(
      new Connection({
        process: this.process,
        settings: this.settings,
        userAgent: `kubectl/${this.era.build.gitVersion} (${this.era.build.platform}) kubernetes/${this.era.build.gitCommit.slice(0, 7)}`,
        timeout: this.flags.string("request-timeout"),
        warn: (text) => this.#warn(text),
      }),
    );
    return this.#rest;
  }

  get discovery(): Discovery {
    this.#discovery ??= new Discovery(this.rest.connection, this.words);
    return this.#discovery;
  }

  /** Older servers say what fields there are in OpenAPI v2 only. */
  async serverHasOpenApiV3(): Promise<boolean> {
    try {
      await this.rest.connection.object({ method: "GET", path: "/openapi/v3" });
      return true;
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return false;
    }
  }

  get files(): FileOptions {
    return fileOptions(this.flags);
  }

  /** Virtual milliseconds. */
  now(): number {
    return this.process.clock.now();
  }

  /** To stdout, as it is. */
  async out(text: string): Promise<void> {
    if (text !== "") await this.process.stdout.write(text);
  }

  /** To stderr, with a newline. */
  async error(line: string): Promise<void> {
    await this.process.stderr.write(`${line}\n`);
  }

  /** What the server wants its caller to know is told once. */
  #warn(text: string): void {
    if (this.#warned.has(text)) return;
    this.#warned.add(text);
    this.#pending = this.#pending.then(() => this.error(`Warning: ${text}`));
  }

  /** Resolves when every warning so far has been told. */
  warned(): Promise<void> {
    return this.#pending;
  }

  /** The objects that the command is about. */
  async select(options: Partial<SelectOptions>): Promise<Selection> {
    try {
      return await this.#select(options);
    } catch (error) {
      // What is wrong with the words behind a command was once gathered like other failures.
      const gathers = this.words.bareFailures && error instanceof CommandError;
      throw gathers && !isMissingResource(error) ? new Aggregate([error]) : error;
    }
  }

  /** What the server shall do about unknown fields; undefined where the client looks itself. */
  async fieldValidation(validates: boolean): Promise<"Strict" | "Ignore" | undefined> {
    if (!this.era.schema.leavesFieldsToServer) return undefined;
    if (!(await this.serverHasOpenApiV3())) return undefined;
    return validates ? "Strict" : "Ignore";
  }

  async #select(options: Partial<SelectOptions>): Promise<Selection> {
    const { settings, process, rest, era } = this;
    // What the server cannot check is checked here.
    const older = options.validate && !(await this.serverHasOpenApiV3());
    return Selection.of(
      { namespace: settings.namespace, enforceNamespace: settings.isNamespaceGiven, ...options },
      {
        process,
        rest,
        discovery: this.discovery,
        schema: era.schema,
        validate: (document) => era.schema.validate(document, older),
        missingResource: era.words.kubectl.missingResource,
        unrecognized: ({ source, object, reason }) =>
          era.behaviors.has("kubectl-names-unmapped")
            ? `resource mapping not found for name: ${JSON.stringify(object.metadata.name ?? "")} namespace: ${JSON.stringify(object.metadata.namespace ?? "")} from ${JSON.stringify(source)}: ${reason}\nensure CRDs are installed first`
            : `unable to recognize ${JSON.stringify(source)}: ${reason}`,
      },
    );
  }

  printer(options: Partial<PrinterOptions> = {}): Printer {
    const { words, process, flags } = this;
    return printerFor({ process, flags, naming: words.naming, words, ...options });
  }

  /** Lays tables out as this release does. */
  tableWriter(): TableWriter {
    const wide = this.era.behaviors.has("wide-columns");
    return new TableWriter({ minWidth: wide ? 6 : 10, padding: 3, remembers: wide });
  }

  /** The time since a timestamp, as this release writes it. */
  age(timestamp: string | undefined | null): string {
    const since = parseTime(timestamp);
    return since === undefined ? "<unknown>" : this.span(this.now() - since);
  }

  span(ms: number): string {
    return this.era.behaviors.has("human-durations") ? humanDuration(ms) : shortDuration(ms);
  }
}
