// jq's builtins whose arguments are filters: paths, sorting by a key, ranges, limits.

import type { Filter } from "./jq-parser.ts";
import {
  compare,
  deletePaths,
  getPath,
  JqError,
  type Json,
  type Located,
  list,
  type Path,
  setPath,
} from "./jq-values.ts";
import { Failure } from "./tool.ts";

/** A call under way: what it has, and how its filters are run. */
export interface FilterCall {
  readonly name: string;
  readonly first: Filter;
  readonly second: Filter;
  readonly third: Filter | undefined;
  readonly input: Located;
  /** What a filter gives for the input of the call. */
  run(filter: Filter): Generator<Located>;
  /** All its values, for the input or for another value. */
  values(filter: Filter, of?: Json): Json[];
  paths(filter: Filter): Path[];
  variable(name: string): Json;
  /** Milliseconds. */
  now(): number;
}

type FilterFunction = (call: FilterCall) => Iterable<Located>;

const give = (value: Json): Located => ({ value, path: undefined });

/** The items of the input, in the order of their keys. */
const sorted = ({ name, first, input, values }: FilterCall) =>
  list(input.value, name)
    .map((item) => ({ item, key: values(first, item) as Json }))
    .sort((a, b) => compare(a.key, b.key));

const grouped: FilterFunction = (call) => {
  const groups: { key: Json; items: Json[] }[] = [];
  for (const { item, key } of sorted(call)) {
    const last = groups.at(-1);
    if (last && compare(last.key, key) === 0) last.items.push(item);
    else groups.push({ key, items: [item] });
  }
  const all = call.name === "group_by";
  return [give(groups.map(({ items }) => (all ? items : (items[0] as Json))))];
};

const extreme: FilterFunction = (call) => [
  give(sorted(call).at(call.name === "min_by" ? 0 : -1)?.item ?? null),
];

function* range({ first, second, third, values }: FilterCall): Generator<Located> {
  for (const from of values(first)) {
    for (const to of values(second)) {
      for (const by of third ? values(third) : [1]) {
        const [gap, end] = [Number(by), Number(to)];
        const goesOn = (i: number) => (gap > 0 ? i < end : gap < 0 && i > end);
        for (let i = Number(from); goesOn(i); i += gap) yield give(i);
      }
    }
  }
}

function* limit({ first, second, values, run }: FilterCall): Generator<Located> {
  for (const count of values(first)) {
    let left = Number(count);
    if (left <= 0) continue;
    for (const one of run(second)) {
      yield one;
      if (--left <= 0) break;
    }
  }
}

const notSimulated: FilterFunction = ({ name }) => {
  throw new Failure(`${name} is not simulated`, 5);
};

/** By name and number of arguments. */
export const functions: Readonly<Record<string, FilterFunction>> = {
  "path/1": ({ first, paths }) => paths(first).map(give),
  "getpath/1": ({ name, first, input, values }) =>
    values(first).map((path) => ({
      value: getPath(input.value, list(path, name)),
      path: input.path && [...input.path, ...list(path, name)],
    })),
  "setpath/2": ({ name, first, second, input, values }) =>
    values(first).flatMap((path) =>
      values(second).map((next) => give(setPath(input.value, list(path, name), next))),
    ),
  "del/1": ({ first, input, paths }) => [give(deletePaths(input.value, paths(first)))],
  "delpaths/1": ({ name, first, input, values }) =>
    values(first).map((paths) => give(deletePaths(input.value, list(paths, name) as Path[]))),
  "sort_by/1": (call) => [give(sorted(call).map(({ item }) => item))],
  "group_by/1": grouped,
  "unique_by/1": grouped,
  "min_by/1": extreme,
  "max_by/1": extreme,
  "limit/2": limit,
  *"first/1"({ first, run }) {
    for (const one of run(first)) {
      yield one;
      return;
    }
  },
  "isempty/1": ({ first, run }) => [give(run(first).next().done === true)],
  "error/0": ({ input }) => {
    throw new JqError(input.value);
  },
  "error/1": ({ first, values }) => {
    throw new JqError(values(first)[0] ?? null);
  },
  "input/0": notSimulated,
  "inputs/0": notSimulated,
  "env/0": ({ variable }) => [give(variable("ENV"))],
  "now/0": ({ now }) => [give(now() / 1000)],
  *"range/1"({ first, values }) {
    for (const end of values(first)) for (let i = 0; i < Number(end); i++) yield give(i);
  },
  "range/2": range,
  "range/3": range,
};
