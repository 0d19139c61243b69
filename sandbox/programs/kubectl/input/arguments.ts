// `TYPE`, `TYPE NAME…`, `TYPE,TYPE`, `TYPE/NAME…`: what the words behind a command mean.
// cli-runtime pkg/resource/builder.go ResourceTypeOrNameArgs.

import { CommandError } from "../cli/errors.ts";
import type { Discovery } from "../server/discovery.ts";

export interface ArgumentOptions {
  readonly args: readonly string[];
  /** A type alone means all of its objects. */
  readonly typeMeansAll?: boolean;
  /** What a bare name is: for `logs web-0`, a pod. */
  readonly defaultType?: string;
  /** Every argument is a name or TYPE/NAME of that type. */
  readonly namesOnly?: boolean;
  readonly allNamespaces?: boolean;
}

export interface Asked {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly targets: readonly { readonly type: string; readonly name: string }[];
  readonly selectsAll: boolean;
}

const nothing: Asked = { types: [], names: [], targets: [], selectsAll: false };

/** Throws if the words contradict each other. */
export async function readArguments(
  options: ArgumentOptions,
  discovery: Discovery,
): Promise<Asked> {
  const { args, defaultType = "", namesOnly } = options;
  if (namesOnly) {
    const targets = args.map((arg) => splitTarget(arg) ?? { type: defaultType, name: arg });
    return { ...nothing, targets };
  }
  const words = combine(args);
  if (hasTargets(words)) {
    return { ...nothing, targets: words.flatMap((word) => splitTarget(word) ?? []) };
  }
  const [first, ...names] = words;
  if (first === undefined) return nothing;
  const types = [...new Set(await expand(first, discovery))];
  return { ...nothing, types, names, selectsAll: names.length === 0 && !!options.typeMeansAll };
}

/** `a,b c d` is `a/c a/d b/c b/d`. */
function combine(args: readonly string[]): readonly string[] {
  const [first = "", ...names] = args;
  const types = [...new Set(first.split(","))];
  if (names.length === 0 || types.length < 2) return args;
  return types.flatMap((type) => names.map((name) => `${type}/${name}`));
}

function hasTargets(words: readonly string[]): boolean {
  const count = words.filter((word) => word.includes("/")).length;
  if (count > 0 && count < words.length) {
    throw new CommandError(
      "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    );
  }
  return count > 0;
}

function splitTarget(word: string): { type: string; name: string } | undefined {
  if (!word.includes("/")) return undefined;
  const [type = "", name = "", ...rest] = word.split("/");
  if (rest.length > 0) {
    throw new CommandError("arguments in resource/name form may not have more than one slash");
  }
  if (type === "" || name === "" || type.includes(",")) {
    throw new CommandError("arguments in resource/name form must have a single resource and name");
  }
  return { type, name };
}

/** `all` becomes what is in it. */
async function expand(list: string, discovery: Discovery): Promise<string[]> {
  const types: string[] = [];
  for (const type of list.split(",")) types.push(...((await discovery.category(type)) ?? [type]));
  return types;
}
