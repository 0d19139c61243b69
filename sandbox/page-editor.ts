// The editor that `kubectl edit` starts when a page looks on: the file is shown there, and the
// program waits until somebody has closed it. To the machine it is a program like any other.

import type { Program } from "./machine/process.ts";

export interface EditRequest {
  /** Counts the requests of a session, from 0; the answer names it. */
  readonly number: number;
  readonly path: string;
  readonly text: string;
}

export interface PageEditor {
  readonly program: Program;
  /** The file is closed; without a text it stays as it was. Nobody may wait for it any more. */
  answer(number: number, text: string | undefined): void;
}

export interface EditListener {
  asked(request: EditRequest): void;
  /** The program was interrupted: nobody waits any more. */
  withdrawn(number: number): void;
}

export function createPageEditor(listener: EditListener): PageEditor {
  const waiting = new Map<number, (text: string | undefined) => void>();
  let count = 0;
  return {
    async program(process) {
      const path = process.argv.slice(1).find((argument) => !argument.startsWith("-"));
      if (path === undefined) return 0;
      const full = path.startsWith("/") ? path : `${process.cwd}/${path}`;
      const { files } = process;
      const number = count++;
      const answered = new Promise<string | undefined>((resolve) => waiting.set(number, resolve));
      listener.asked({ number, path: full, text: files.kind(full) ? files.read(full) : "" });
      try {
        const text = await process.wait(answered);
        if (text !== undefined) files.write(full, text);
        return 0;
      } finally {
        if (waiting.delete(number)) listener.withdrawn(number);
      }
    },
    answer(number, text) {
      const resolve = waiting.get(number);
      waiting.delete(number);
      resolve?.(text);
    },
  };
}
