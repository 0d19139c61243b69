// Makes and deletes pets and their claims, and tells of it. pkg/controller/petset/pet.go
// apiServerPetClient, identity_mappers.go.

import { keyOf } from "../../api/meta.ts";
import { persistentVolumeClaims } from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { isReason, StatusError } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import { podFromTemplate } from "../pod-template.ts";
import { claimsOf, podName, volumesOf } from "../statefulset/identity.ts";

const hostname = "pod.beta.kubernetes.io/hostname";
const subdomain = "pod.beta.kubernetes.io/subdomain";

/** A request takes time: whoever looks at once sees the set as it was. */
const REQUEST_MS = 25;

/** What a round may do about one set. Everything throws `StatusError`. */
export interface PetTools extends Pick<Tools<unknown>, "era" | "random"> {
  find(name: string): Pod | undefined;
  makeClaims(ordinal: number): Promise<void>;
  make(ordinal: number): Promise<void>;
  delete(pod: Pod): Promise<void>;
  /** Gives a pet its name in the network back, if it has lost that. */
  mend(pod: Pod, ordinal: number): Promise<void>;
  tell(verdict: string): void;
}

export function createPetTools(set: StatefulSet, tools: Tools<unknown>): PetTools {
  const { cache, client, era, random, trace } = tools;
  const { namespace = "", name } = set.metadata;
  return {
    era,
    random,
    find: (pod) => cache.get(pods, { namespace, name: pod }),
    makeClaims: (ordinal) => makeClaims(set, ordinal, tools),
    make: (ordinal) => {
      const pod = petOf(set, ordinal, tools);
      return telling({ verb: "Create", set, what: `pet: ${pod.metadata.name}` }, tools, () =>
        client.create(pods, pod),
      );
    },
    delete: (pod) =>
      telling({ verb: "Delete", set, what: `pet: ${pod.metadata.name}` }, tools, () =>
        client.delete(pods, keyOf(pod)),
      ),
    mend: (pod, ordinal) => mend(pod, petOf(set, ordinal, tools), tools),
    tell: (verdict) =>
      trace.decide({
        by: set.kind.toLowerCase(),
        about: { kind: set.kind, namespace, name },
        verdict,
        rule: "pkg/controller/petset syncPetSet",
        options: () => [],
      }),
  };
}

/** The pod of an ordinal: its identity is in annotations, as there are no fields for it yet. */
function petOf(set: StatefulSet, ordinal: number, { era }: Tools<unknown>): Pod {
  const pod = podFromTemplate(set.spec.template, { ...set, metadata: set.metadata }, era);
  const { ownerReferences: _none, ...metadata } = pod.metadata;
  const name = podName(set, ordinal);
  return {
    ...pod,
    metadata: {
      ...metadata,
      name,
      annotations: {
        ...metadata.annotations,
        [hostname]: name,
        [subdomain]: set.spec.serviceName ?? "",
      },
    },
    spec: { ...pod.spec, volumes: volumesOf(set, pod, ordinal) },
  };
}

async function mend(pod: Pod, wanted: Pod, { client }: Tools<unknown>): Promise<void> {
  const { annotations } = pod.metadata;
  const right = wanted.metadata.annotations ?? {};
  if (annotations?.[hostname] === right[hostname] && annotations?.[subdomain] === right[subdomain])
    return;
  const body = {
    metadata: { annotations: { [hostname]: right[hostname], [subdomain]: right[subdomain] } },
  };
  await client.patch(pods, keyOf(pod), { type: "merge", body });
}

/** All claims of one ordinal that are not there. */
async function makeClaims(set: StatefulSet, ordinal: number, tools: Tools<unknown>): Promise<void> {
  const { cache, client, events, era } = tools;
  const missing = era.behaviors.has("made-claims-told-missing");
  const labels = { ...set.spec.selector?.matchLabels };
  for (const claim of claimsOf(set, ordinal)) {
    if (cache.get(persistentVolumeClaims, keyOf(claim))) continue;
    const { name } = claim.metadata;
    try {
      const metadata = { ...claim.metadata, labels };
      await client.create(persistentVolumeClaims, { ...claim, metadata });
      await tools.clock.sleep(REQUEST_MS, tools.signal);
      const lost = `persistentvolumeclaims "${name}" not found`;
      if (missing) events.warning(set, "FailedCreate", `pvc: ${name}, error: ${lost}`);
      else events.normal(set, "SuccessfulCreate", `pvc: ${name}`);
    } catch (error) {
      if (isReason(error, "AlreadyExists")) continue;
      if (error instanceof StatusError) {
        events.warning(set, "FailedCreate", `pvc: ${name}, error: ${error.message}`);
      }
      throw error;
    }
  }
}

interface Deed {
  readonly verb: "Create" | "Delete";
  readonly set: StatefulSet;
  /** `pet: web-0` */
  readonly what: string;
}

async function telling(
  { verb, set, what }: Deed,
  { events, clock, signal }: Tools<unknown>,
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
    await clock.sleep(REQUEST_MS, signal);
  } catch (error) {
    if (isReason(error, "NotFound") && verb === "Delete") return;
    if (error instanceof StatusError) {
      events.warning(set, `Failed${verb}`, `${what}, error: ${error.message}`);
    }
    throw error;
  }
  events.normal(set, `Successful${verb}`, what);
}
