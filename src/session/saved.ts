// What the reader did, kept in this browser: the inputs of each lesson, by the scene that they
// belong to. If storage is closed to the page, nothing is kept and nothing breaks.

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Input } from "../../sandbox/worker/protocol.ts";

export interface Saved {
  /** Where the reader was: a lesson's address, a snippet, the playground. */
  readonly place: string;
  readonly scene: string;
  readonly inputs: readonly Input[];
  readonly until: number;
  /** Tasks that have been done, by their ids. */
  readonly done: readonly string[];
  readonly savedAt: number;
}

interface Schema extends DBSchema {
  sessions: { key: string; value: Saved };
}

let database: Promise<IDBPDatabase<Schema> | undefined> | undefined;

function open(): Promise<IDBPDatabase<Schema> | undefined> {
  database ??= openDB<Schema>("kennel", 1, {
    upgrade: (fresh) => void fresh.createObjectStore("sessions", { keyPath: "place" }),
  }).catch((error: unknown) => {
    console.info("Kennel cannot keep your work in this browser:", error);
    return undefined;
  });
  return database;
}

export async function readSaved(place: string): Promise<Saved | undefined> {
  return (await open())?.get("sessions", place);
}

export async function writeSaved(saved: Saved): Promise<void> {
  await (await open())?.put("sessions", saved);
}

export async function forgetSaved(place: string): Promise<void> {
  await (await open())?.delete("sessions", place);
}

/** Everything that is kept, for the list of lessons. */
export async function allSaved(): Promise<readonly Saved[]> {
  return (await (await open())?.getAll("sessions")) ?? [];
}
