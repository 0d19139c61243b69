// Evicts pods, all at the same time, or deletes them; waits until they are gone.
// pkg/drain/drain.go.

import type { Pod } from "../../../api/pod.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { isReason } from "../../../api/status.ts";
import { goDuration } from "../../../api/time.ts";
import type { Call } from "../cli/command.ts";
import { CommandError, expected, type KubectlError, throwAll } from "../cli/errors.ts";
import { dryRunOf, operationOf } from "../cli/shared-flags.ts";
import type { Mapping } from "../server/discovery.ts";
import { pathOf } from "../server/rest.ts";
import { isLongDeleted } from "./filters.ts";

const RETRY_MS = 5_000;
const POLL_MS = 1_000;

export class Eviction {
  readonly #call: Call;
  /** In virtual time. */
  readonly #end: number;
  #someGone = false;

  constructor(call: Call) {
    this.#call = call;
    const timeout = call.flags.duration("timeout");
    this.#end = timeout === 0 ? Number.POSITIVE_INFINITY : call.kubectl.now() + timeout;
  }

  /** True if one of them is gone now. */
  async run(pods: readonly Pod[]): Promise<boolean> {
    if (pods.length === 0) return false;
    const { kubectl, flags } = this.#call;
    const mapping = await kubectl.discovery.find("pods");
    const policy = (await kubectl.discovery.groups()).find(({ name }) => name === "policy");
    if (policy && kubectl.words.evicts && !flags.bool("disable-eviction")) {
      const { groupVersion } = policy.preferredVersion;
      const errors: KubectlError[] = [];
      await Promise.all(
        pods.map(async (pod) => {
          try {
            await this.#evict(pod, mapping, groupVersion);
          } catch (error) {
            errors.push(expected(error));
          }
        }),
      );
      throwAll(errors);
    } else await this.#deleteAll(pods, mapping);
    return this.#someGone;
  }

  async #evict(pod: Pod, mapping: Mapping, apiVersion: string): Promise<void> {
    const { kubectl } = this.#call;
    const { name, namespace = "" } = pod.metadata;
    const path = pathOf({ mapping, namespace, name }, "eviction");
    const dryRun = await dryRunOf(kubectl);
    const at = `pods/${quoted(name)} -n ${quoted(namespace)}`;
    for (;;) {
      const telling = operationOf(`evicting pod ${namespace}/${name}`, dryRun);
      if (kubectl.words.tellsEvictions) await kubectl.out(`${telling}\n`);
      if (kubectl.now() >= this.#end) {
        throw new CommandError(`error when evicting ${at}: ${this.#timedOut()}`);
      }
      const deleteOptions = this.#deleteOptions(dryRun === "server");
      const body = { apiVersion, kind: "Eviction", metadata: { name, namespace }, deleteOptions };
      try {
        await kubectl.rest.connection.object({ method: "POST", path, body });
        break;
      } catch (error) {
        if (isReason(error, "NotFound")) return;
        const { message } = expected(error);
        if (!isReason(error, "TooManyRequests")) {
          throw new CommandError(`error when evicting ${at}: ${message}`);
        }
        await kubectl.error(`error when evicting ${at} (will retry after 5s): ${message}`);
        await kubectl.process.sleep(RETRY_MS);
      }
    }
    if (dryRun === "server") return;
    try {
      await this.#waitUntilGone(pod, mapping, "evicted");
    } catch (error) {
      throw new CommandError(kubectl.words.notTerminated(pod.metadata, expected(error).message));
    }
  }

  async #deleteAll(pods: readonly Pod[], mapping: Mapping): Promise<void> {
    const { kubectl } = this.#call;
    const dryRun = await dryRunOf(kubectl);
    for (const { metadata } of pods) {
      const { name, namespace = "" } = metadata;
      try {
        await kubectl.rest.delete(
          { mapping, namespace, name },
          this.#deleteOptions(dryRun === "server"),
        );
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
      }
    }
    for (const pod of pods) await this.#waitUntilGone(pod, mapping, "deleted");
  }

  async #waitUntilGone(pod: Pod, mapping: Mapping, done: string): Promise<void> {
    const { kubectl, flags } = this.#call;
    const { name, namespace = "", uid } = pod.metadata;
    for (;;) {
      let found: Pod | undefined;
      try {
        found = await kubectl.rest.get<Pod>({ mapping, namespace, name });
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
      }
      if (!found || found.metadata.uid !== uid) break;
      if (isLongDeleted(found, this.#call)) {
        const limit = flags.int("skip-wait-for-delete-timeout");
        await kubectl.out(
          `pod ${quoted(name)} has DeletionTimestamp older than ${limit} seconds, skipping\n`,
        );
        return;
      }
      if (kubectl.now() >= this.#end) throw new CommandError(this.#timedOut());
      await kubectl.process.sleep(POLL_MS);
    }
    this.#someGone = true;
    const operation = operationOf(done, await dryRunOf(kubectl));
    await kubectl.out(
      kubectl.printer({ operation }).print({ ...pod, kind: "Pod", apiVersion: "v1" }),
    );
  }

  #timedOut(): string {
    return `global timeout reached: ${goDuration(this.#call.flags.duration("timeout"))}`;
  }

  #deleteOptions(dryRun: boolean): object {
    const gracePeriodSeconds = this.#call.flags.int("grace-period");
    return {
      ...(gracePeriodSeconds >= 0 && { gracePeriodSeconds }),
      ...(dryRun && { dryRun: ["All"] }),
    };
  }
}
