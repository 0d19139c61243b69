// Makes sure that an image is there before a container is made of it; waits longer and longer when
// it cannot be pulled. pkg/kubelet/images/image_manager.go.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import { goDuration } from "../../api/time.ts";
import { parseReference, type Tagged } from "../../machine/image.ts";
import { fill } from "../fill.ts";
import { RuntimeError } from "../runtime/runtime.ts";
import { BackOff } from "./back-off.ts";
import { containerOf, type KubeletTools } from "./tools.ts";

/** A container could not be started; `reason` goes into its status. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly reason: string;
  /** It only waits, and will be tried again in so many milliseconds. */
  readonly waitMs: number | undefined;
  constructor(reason: string, message: string, waitMs?: number) {
    super(message);
    this.reason = reason;
    this.waitMs = waitMs;
  }
}

export class ImageManager {
  readonly #tools: KubeletTools;
  readonly #backOff: BackOff;
  readonly #lastError = new Map<string, string>();
  /** One image is pulled at a time. */
  #pulling: Promise<unknown> = Promise.resolve();

  constructor(tools: KubeletTools) {
    const { timings, clock } = tools;
    this.#tools = tools;
    this.#backOff = new BackOff(timings.backOffMs, timings.longestBackOffMs, clock.now);
  }

  /** The image of a container. Rejects with `StartError`. */
  async ensure(pod: Pod, spec: ContainerSpec, signal: AbortSignal): Promise<Tagged> {
    const { words, runtime } = this.#tools;
    const { image = "", imagePullPolicy = "IfNotPresent" } = spec;
    const tell = this.#teller(pod, spec);
    if (!parseReference(image)) {
      const why = `couldn't parse image reference "${image}": invalid reference format`;
      const message = `Failed to apply default image tag "${image}": ${why}`;
      tell.warning("InspectFailed", message);
      throw this.#failed(tell, new StartError("InvalidImageName", message));
    }
    const found = runtime.image(image);
    if (found && imagePullPolicy !== "Always") {
      tell.normal("Pulled", fill(words.present, { image }));
      return found;
    }
    if (imagePullPolicy === "Never") {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      tell.warning("ErrImageNeverPull", message);
      throw this.#failed(tell, new StartError("ErrImageNeverPull", message));
    }
    const key = `${pod.metadata.uid}_${image}`;
    if (this.#backOff.isWaitingSinceUpdate(key)) {
      tell.normal("BackOff", fill(words.backOffPull, { image }));
      const error = this.#lastError.get(key) ?? "";
      const message = fill(words.backOffPullStatus, { image, error });
      throw this.#failed(tell, new StartError("ImagePullBackOff", message, this.#backOff.of(key)));
    }
    return this.#pull(key, { pod, spec, signal });
  }

  forget(uid: string): void {
    this.#backOff.forget(`${uid}_`);
    for (const key of [...this.#lastError.keys()]) {
      if (key.startsWith(`${uid}_`)) this.#lastError.delete(key);
    }
  }

  async #pull(
    key: string,
    { pod, spec, signal }: { pod: Pod; spec: ContainerSpec; signal: AbortSignal },
  ): Promise<Tagged> {
    const { words, runtime, clock } = this.#tools;
    const { image = "" } = spec;
    const tell = this.#teller(pod, spec);
    tell.normal("Pulling", fill(words.pulling, { image }));
    const began = clock.now();
    const turn = this.#pulling.then(() => runtime.pull(image, signal));
    this.#pulling = turn.catch(() => {});
    try {
      const pulled = await turn;
      const time = goDuration(Math.max(clock.now() - began, 0.03));
      tell.normal("Pulled", fill(words.pulled, { image, time, size: pulled.image.size }));
      return pulled;
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      tell.warning("Failed", `Failed to pull image "${image}": ${error.message}`);
      this.#backOff.next(key, clock.now());
      this.#lastError.set(key, error.message);
      throw this.#failed(tell, new StartError("ErrImagePull", error.message));
    }
  }

  /** Since 1.6 the reason is told once more. */
  #failed(tell: Teller, error: StartError): StartError {
    if (!this.#tools.words.syncFailed) tell.warning("Failed", `Error: ${error.reason}`);
    return error;
  }

  #teller(pod: Pod, spec: ContainerSpec): Teller {
    const { events } = this.#tools;
    const about = containerOf(pod, spec);
    return {
      normal: (reason, message) => events.normal(about, reason, message),
      warning: (reason, message) => events.warning(about, reason, message),
    };
  }
}

interface Teller {
  normal(reason: string, message: string): void;
  warning(reason: string, message: string): void;
}
