// What the servers have agreed on: keys and their values, and the catalog of nodes and services.
// Each has the same, for each applies the same commands in the same order.
// Upstream: hashicorp/consul agent/consul/fsm, agent/consul/state.

/** As the API shows it, but for the value, which is text here. */
export interface Pair {
  readonly key: string;
  readonly value: string;
  readonly flags: number;
  readonly created: number;
  readonly modified: number;
}

export interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: "passing" | "critical";
  readonly output: string;
}

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly port: number;
  readonly meta: Readonly<Record<string, string>>;
}

export interface CatalogNode {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly tagged: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, string>>;
  readonly services: readonly Service[];
  readonly checks: readonly Check[];
  readonly created: number;
  readonly modified: number;
}

export type KeyOperation = "set" | "cas" | "delete" | "delete-cas" | "delete-tree";

export type Command =
  | {
      readonly type: "kv";
      readonly op: KeyOperation;
      readonly key: string;
      readonly value?: string;
      readonly flags?: number;
      /** For cas: only if it was last changed there; 0: only if there is none. */
      readonly index?: number;
    }
  | {
      readonly type: "register";
      readonly node: string;
      readonly id: string;
      readonly address: string;
      readonly tagged?: Readonly<Record<string, string>>;
      readonly meta?: Readonly<Record<string, string>>;
      readonly service?: Service;
      readonly check?: Check;
    }
  | { readonly type: "deregister"; readonly node: string }
  | { readonly type: "autopilot" };

export class State {
  readonly #pairs = new Map<string, Pair>();
  readonly #nodes = new Map<string, CatalogNode>();
  /** When keys, and nodes, were last changed. */
  keysIndex = 0;
  nodesIndex = 0;
  hasAutopilot = false;

  /** What the caller is told. */
  apply(command: Command, index: number): unknown {
    switch (command.type) {
      case "kv":
        return this.#keys(command, index);
      case "register":
        this.nodesIndex = index;
        this.#nodes.set(command.node, this.#registered(command, index));
        return true;
      case "deregister":
        this.nodesIndex = index;
        return this.#nodes.delete(command.node);
      default:
        this.hasAutopilot = true;
        return true;
    }
  }

  pair(key: string): Pair | undefined {
    return this.#pairs.get(key);
  }

  /** In the order of their keys. */
  pairs(prefix: string): readonly Pair[] {
    const found = [...this.#pairs.values()].filter(({ key }) => key.startsWith(prefix));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  node(name: string): CatalogNode | undefined {
    return this.#nodes.get(name);
  }

  get nodes(): readonly CatalogNode[] {
    return [...this.#nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #keys(command: Command & { readonly type: "kv" }, index: number): boolean {
    const { op, key, value = "", flags = 0 } = command;
    const old = this.#pairs.get(key);
    const guarded = op === "cas" || (op === "delete-cas" && old !== undefined);
    if (guarded && (old?.modified ?? 0) !== command.index) return false;
    if (op === "set" || op === "cas") {
      // What stays as it is does not count as changed.
      if (old && old.value === value && old.flags === flags) return true;
      this.keysIndex = index;
      const created = old?.created ?? index;
      this.#pairs.set(key, { key, value, flags, created, modified: index });
      return true;
    }
    const gone = op === "delete-tree" ? this.pairs(key).map((pair) => pair.key) : [key];
    for (const each of gone) if (this.#pairs.delete(each)) this.keysIndex = index;
    return true;
  }

  #registered(command: Command & { readonly type: "register" }, index: number): CatalogNode {
    const { node: name, id, address, service, check } = command;
    const old = this.#nodes.get(name);
    const { tagged = old?.tagged ?? {}, meta = old?.meta ?? {} } = command;
    const { services = [], checks = [], created = index } = old ?? {};
    return {
      ...{ id, name, address, tagged, meta, created, modified: index },
      services: service ? replaced(services, service) : services,
      checks: check ? replaced(checks, check) : checks,
    };
  }
}

const replaced = <T extends { readonly id: string }>(list: readonly T[], item: T): readonly T[] => [
  ...list.filter(({ id }) => id !== item.id),
  item,
];
