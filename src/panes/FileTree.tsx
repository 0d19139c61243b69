import { useSignal, useSignalEffect } from "@preact/signals";
import type { FileEntry } from "../../sandbox/worker/protocol.ts";
import { session } from "../session/session.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  /** The file that is open. */
  readonly current: string | undefined;
  readonly onOpen: (path: string) => void;
}

/** The reader's home as a tree; what begins with a dot is left out. */
export function FileTree({ current, onOpen }: Props) {
  return (
    <nav class="file-tree" aria-label="Files of the workstation">
      <Folder path="~" depth={0} current={current} onOpen={onOpen} />
    </nav>
  );
}

function Folder({ path, depth, current, onOpen }: Props & { path: string; depth: number }) {
  const entries = useSignal<readonly FileEntry[]>([]);
  useSignalEffect(() => {
    if (session.status.value !== "running") return;
    // A command that has ended may have made files.
    void session.version.value;
    void session.list(path).then((found) => {
      if (JSON.stringify(found) !== JSON.stringify(entries.peek())) entries.value = found;
    });
  });
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets lists without bullets.
    <ul role="list">
      {entries.value
        .filter(({ name }) => !name.startsWith("."))
        .map(({ name, directory }) => {
          const full = `${path}/${name}`;
          return directory ? (
            <FolderLine key={name} {...{ path: full, name, depth, current, onOpen }} />
          ) : (
            <li key={name}>
              <button
                type="button"
                style={{ paddingInlineStart: `${depth * 14 + 12}px` }}
                aria-current={current === full ? "true" : undefined}
                onClick={() => onOpen(full)}
              >
                {name}
              </button>
            </li>
          );
        })}
    </ul>
  );
}

function FolderLine(props: Props & { path: string; name: string; depth: number }) {
  const { path, name, depth, current, onOpen } = props;
  const isOpen = useSignal(true);
  return (
    <li>
      <button
        type="button"
        class="folder"
        style={{ paddingInlineStart: `${depth * 14 + 12}px` }}
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon name={isOpen.value ? "chevron" : "next"} />
        {name}
      </button>
      {isOpen.value && <Folder {...{ path, depth: depth + 1, current, onOpen }} />}
    </li>
  );
}
