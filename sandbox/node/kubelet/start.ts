// Starts one container: image, surroundings, process, hook. Each step can fail in its own way, and
// the reason stands in the container's status. kuberuntime_container.go startContainer.

import type { Pod } from "../../api/pod.ts";
import type { Tagged } from "../../machine/image.ts";
import { fill } from "../fill.ts";
import type { Container } from "../runtime/container.ts";
import { RuntimeError } from "../runtime/runtime.ts";
import { type ContainerInput, containerConfig } from "./container-config.ts";
import { ConfigError } from "./environment.ts";
import { type ImageManager, StartError } from "./images.ts";
import { killContainer, runHook } from "./kill.ts";
import { showLog } from "./log-files.ts";
import { containerOf, type KubeletTools, podText } from "./tools.ts";

export interface StartInput extends ContainerInput {
  readonly images: ImageManager;
  readonly signal: AbortSignal;
}

/** Rejects with `StartError`. */
export async function startContainer(tools: KubeletTools, input: StartInput): Promise<void> {
  const { pod, spec, images, signal } = input;
  const { runtime, words, events } = tools;
  const about = containerOf(pod, spec);
  const image = await images.ensure(pod, spec, signal);
  const container = await create(tools, input, image);
  const values = { container: spec.name, id: container.id.slice(0, 12) };
  events.normal(about, "Created", fill(words.created, values));
  try {
    runtime.startContainer(container);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const reason = new StartError("RunContainerError", error.message);
    throw failed(tools, input, { reason, words: words.startFailed, id: container.id });
  }
  events.normal(about, "Started", fill(words.started, values));
  showLog(tools.machine.files, container);
  await afterStart(tools, pod, container);
}

async function create(tools: KubeletTools, input: StartInput, image: Tagged): Promise<Container> {
  try {
    const config = await containerConfig(tools, input, image);
    return await tools.runtime.createContainer(input.sandbox, config, input.signal);
  } catch (error) {
    const { createFailed: words } = tools.words;
    if (error instanceof ConfigError) {
      const reason = new StartError("CreateContainerConfigError", error.message);
      throw failed(tools, input, { reason, words });
    }
    if (!(error instanceof RuntimeError)) throw error;
    const reason = new StartError("CreateContainerError", error.message);
    throw failed(tools, input, { reason, words });
  }
}

/** Tells of a failure; names stand in for ids, so that equal events are counted as one. */
function failed(
  { events }: KubeletTools,
  { pod, spec }: StartInput,
  { reason, words, id = "" }: { reason: StartError; words: string; id?: string },
): StartError {
  const error = id === "" ? reason.message : reason.message.replaceAll(id, spec.name);
  const values = { error, container: spec.name, pod: podText(pod), id: id.slice(0, 12) };
  events.warning(containerOf(pod, spec), "Failed", fill(words, values));
  return reason;
}

async function afterStart(tools: KubeletTools, pod: Pod, container: Container): Promise<void> {
  const { spec } = container.config.labels;
  const hook = spec.lifecycle?.postStart;
  if (!hook) return;
  const limitMs = Number.POSITIVE_INFINITY;
  const failure = await runHook(tools, { hook, container, pod, limitMs });
  if (failure === undefined) return;
  const { words, events } = tools;
  const { message, error } = failure;
  events.warning(containerOf(pod, spec), "FailedPostStartHook", words.postStartFailed ?? message);
  const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  await killContainer(tools, { container, pod, graceMs, words: words.killingHook, error });
  const reason = words.postStartFailed ? "" : `: ${error}`;
  throw new StartError(`PostStartHookError${reason}`, message);
}
