// One look at a Pet Set: what may be made or deleted now. At most one pet is in the making or going
// at a time; it blocks everything else until it is healthy or gone.
// pkg/controller/petset/pet_set.go syncPetSet, pet.go petSyncer, iterator.go, pet_set_utils.go.

import type { Pod } from "../../api/pod.ts";
import { isReady } from "../../api/pod-readiness.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { StatusError } from "../../api/status.ts";
import { assert } from "../../sim/assert.ts";
import { podName, replicasOf } from "../statefulset/identity.ts";
import type { PetTools } from "./pets.ts";

/** By set: the pet that everything waits for, and what was said last. */
export type Memory = Map<string, { readonly blocking: string | undefined; readonly said: string }>;

export interface Look {
  readonly set: StatefulSet;
  readonly members: readonly Pod[];
  readonly key: string;
}

export interface Outcome {
  /** How many pets the set says that it has. */
  readonly replicas: number;
  readonly errors: readonly StatusError[];
}

const initialized = "pod.alpha.kubernetes.io/initialized";

export async function syncPets(look: Look, tools: PetTools, memory: Memory): Promise<Outcome> {
  const round = new Round(look, tools);
  const before = memory.get(look.key);
  await round.run(round.findBlocking(before?.blocking));
  const said = round.verdict();
  if (said !== before?.said) tools.tell(said);
  memory.set(look.key, { blocking: round.blocking, said });
  return { replicas: round.count, errors: round.errors };
}

class Round {
  readonly #look: Look;
  readonly #tools: PetTools;
  /** What the controller takes for the pods of the set. */
  readonly #known: readonly Pod[];
  readonly errors: StatusError[] = [];
  blocking: string | undefined;
  count = 0;

  constructor(look: Look, tools: PetTools) {
    this.#look = look;
    this.#tools = tools;
    this.#known = knownPods(look.members, tools);
  }

  /** The remembered one as long as it ails; without a memory, the first that does. */
  findBlocking(remembered: string | undefined): string | undefined {
    if (remembered === undefined) {
      return this.#known.find((pod) => !this.#isWell(pod))?.metadata.name;
    }
    const pod = this.#tools.find(remembered);
    return pod && !this.#isWell(pod) ? remembered : undefined;
  }

  async run(blocking: string | undefined): Promise<void> {
    this.blocking = blocking;
    const { set } = this.#look;
    const wanted = new Set<string>();
    for (let ordinal = 0; ordinal < replicasOf(set); ordinal++) {
      wanted.add(podName(set, ordinal));
      if (await this.#attempt(() => this.#keep(ordinal))) this.count++;
    }
    const surplus = this.#known
      .filter(({ metadata }) => !wanted.has(metadata.name))
      .sort(newestFirst);
    for (const pod of surplus) await this.#attempt(() => this.#dismiss(pod));
  }

  /** True if it counts: in 1.3, everything that did not fail. */
  async #keep(ordinal: number): Promise<boolean> {
    const { set } = this.#look;
    const { era } = this.#tools;
    const name = podName(set, ordinal);
    const pod = this.#tools.find(name);
    await this.#tools.makeClaims(ordinal);
    const replaces = !era.behaviors.has("pets-must-be-initialized");
    if (pod && replaces && pod.status.phase === "Failed") {
      // Its name must be free again first.
      await this.#tools.delete(pod);
    } else if (pod) {
      await this.#tools.mend(pod, ordinal);
      return true;
    }
    if (this.blocking !== undefined) return era.behaviors.has("pets-that-wait-count");
    // It counts as made even if that fails: no ordinal may be left out.
    this.blocking = name;
    await this.#tools.make(ordinal);
    return true;
  }

  async #dismiss(pod: Pod): Promise<boolean> {
    if (this.blocking !== undefined) return false;
    this.blocking = pod.metadata.name;
    if (!pod.metadata.deletionTimestamp) await this.#tools.delete(pod);
    return true;
  }

  async #attempt(act: () => Promise<boolean>): Promise<boolean> {
    try {
      return await act();
    } catch (error) {
      assert(error instanceof StatusError, "only the server may refuse");
      this.errors.push(error);
      return false;
    }
  }

  #isWell(pod: Pod): boolean {
    const text = pod.metadata.annotations?.[initialized];
    const must = this.#tools.era.behaviors.has("pets-must-be-initialized");
    const ready = text === undefined ? !must : isTrue(text);
    const runs = pod.status.phase === "Running" && isReady(pod);
    return ready && runs && !pod.metadata.deletionTimestamp;
  }

  /** What comes of the round, without its subject. */
  verdict(): string {
    const { set, members } = this.#look;
    const { blocking } = this;
    if (blocking !== undefined) {
      return `waits for ${blocking} to be ${waitedFor(this.#tools.find(blocking))}`;
    }
    if (members.length <= replicasOf(set)) return "has all its pets";
    return "has pets too many, but looked at one that may stay";
  }
}

const waitedFor = (pod: Pod | undefined): string =>
  pod?.metadata.deletionTimestamp ? "gone" : "Running, Ready and initialized";

/** strconv.ParseBool */
const isTrue = (text: string): boolean => ["1", "t", "T", "TRUE", "true", "True"].includes(text);

/** In 1.3 all elements of the list were one and the same pod: the last in the order of a map. */
function knownPods(members: readonly Pod[], { era, random }: PetTools): readonly Pod[] {
  if (!era.behaviors.has("random-scale-down") || members.length === 0) return members;
  const one = members[random.below(members.length)] as Pod;
  return [one];
}

/** Of those made within the same second the one with the higher ordinal. */
function newestFirst(a: Pod, b: Pod): number {
  const born = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
  if (born(a) !== born(b)) return born(a) > born(b) ? -1 : 1;
  const ordinal = ({ metadata }: Pod) => Number(/\d+$/.exec(metadata.name)?.[0] ?? 0);
  return ordinal(b) - ordinal(a);
}
