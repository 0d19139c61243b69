// Machines that a cloud rents out: switched off, switched on again, or given back for ever. Knows
// nothing of what runs on them; switching is the business of whoever made them.
// Stands for EC2 instances: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html

import type { Clock } from "../sim/clock.ts";
import { hex, type Random } from "../sim/random.ts";
import { CloudError } from "./cloud.ts";

export type InstanceState =
  | "pending"
  | "running"
  | "shutting-down"
  | "terminated"
  | "stopping"
  | "stopped";

export interface Instance {
  readonly id: string;
  /** What the cloud's own name server calls it. */
  readonly name: string;
  readonly address: string;
  readonly zone: string;
  readonly type: string;
  readonly state: InstanceState;
  /** When it was switched on last. */
  readonly launched: number;
}

/** The switch of a machine. */
export interface Power {
  off(): void;
  on(): Promise<void>;
}

export interface InstanceOptions extends Pick<Instance, "name" | "address" | "zone" | "type"> {
  readonly power: Power;
}

interface Kept extends InstanceOptions {
  readonly id: string;
  state: InstanceState;
  launched: number;
}

/** So long the operating system takes to end, and the cloud to notice. */
const SHUT_DOWN_MS = 8_000;
const NOTICE_MS = 12_000;
const BOOT_MS = 20_000;

export class Instances {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #all = new Map<string, Kept>();
  readonly #listeners = new Set<(instance: Instance) => void>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get all(): readonly Instance[] {
    return [...this.#all.values()];
  }

  /** By its id or its name. */
  find(id: string): Instance | undefined {
    return this.#all.get(id) ?? this.all.find(({ name }) => name === id);
  }

  add(options: InstanceOptions): Instance {
    const id = `i-0${hex(this.#random.stream(options.name), 16)}`;
    const kept: Kept = { ...options, id, state: "running", launched: this.#clock.now() };
    this.#all.set(id, kept);
    return kept;
  }

  /** Called when an instance has come into another state. */
  onChange(hear: (instance: Instance) => void): void {
    this.#listeners.add(hear);
  }

  /** Its disks stay where they are. */
  stop(id: string): void {
    const kept = this.#known(id);
    if (kept.state === "terminated" || kept.state === "shutting-down") throw notNow(kept);
    if (kept.state === "running") this.#end(kept, "stopping", "stopped");
  }

  /** Its disks are free. */
  terminate(id: string): void {
    const kept = this.#known(id);
    if (kept.state === "terminated" || kept.state === "shutting-down") return;
    this.#end(kept, "shutting-down", "terminated");
  }

  start(id: string): void {
    const kept = this.#known(id);
    if (kept.state === "running" || kept.state === "pending") return;
    if (kept.state !== "stopped") throw notNow(kept);
    this.#turn(kept, "pending");
    kept.launched = this.#clock.now();
    this.#clock.after(BOOT_MS, () => void this.#boot(kept));
  }

  async #boot(kept: Kept): Promise<void> {
    await kept.power.on();
    this.#turn(kept, "running");
  }

  #end(kept: Kept, first: InstanceState, then: InstanceState): void {
    const isOn = kept.state === "running";
    this.#turn(kept, first);
    if (isOn) this.#clock.after(SHUT_DOWN_MS, () => kept.power.off());
    this.#clock.after(SHUT_DOWN_MS + NOTICE_MS, () => this.#turn(kept, then));
  }

  #turn(kept: Kept, state: InstanceState): void {
    kept.state = state;
    for (const hear of [...this.#listeners]) hear(kept);
  }

  #known(id: string): Kept {
    const kept = this.#all.get(id);
    if (kept) return kept;
    throw new CloudError(`InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`);
  }
}

const notNow = ({ id }: Instance): CloudError =>
  new CloudError(
    `IncorrectInstanceState: The instance '${id}' is not in a state from which it can be ` +
      "started or stopped.",
  );
