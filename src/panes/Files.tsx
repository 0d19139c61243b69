// The files of the workstation: a tree of the reader's home, and an editor for one of them. The editor is
// Monaco, loaded when a file is first opened; on touch screens it is a plain text area.

import { useSignal, useSignalEffect } from "@preact/signals";
import { session } from "../session/session.ts";
import { front, openTerminal, run } from "../session/terminals.ts";
import { EditorArea } from "./EditorArea.tsx";
import { FileTree } from "./FileTree.tsx";
import { Icon } from "./Icon.tsx";
import { LowerTabs } from "./LowerTabs.tsx";
import { lower, showFiles, showTerminal } from "./places.ts";

export function Files() {
  const path = useSignal<string | undefined>(undefined);
  const text = useSignal("");
  const isChanged = useSignal(false);
  const edit = session.edits.value[0];

  useSignalEffect(() => {
    const wanted = session.edits.value[0];
    if (!wanted) return;
    showFiles();
    path.value = wanted.path;
    text.value = wanted.text;
    isChanged.value = false;
  });
  const open = async (file: string) => {
    const found = await session.read(file);
    if (found === undefined) return;
    path.value = file;
    text.value = found;
    isChanged.value = false;
  };
  const save = async () => {
    const file = path.value;
    if (file === undefined || !isChanged.value) return;
    await session.do({ type: "save", path: file, text: text.value });
    isChanged.value = false;
  };
  const apply = async () => {
    await save();
    showTerminal();
    await run(`kubectl apply -f ${path.value?.replace(/^\/home\/[^/]+\//, "")}`, {
      terminal: front.value,
    });
  };
  const isOpen = lower.value === "files";
  return (
    <section class="files" aria-label="Files" hidden={!isOpen}>
      <div class="tabs">
        <p class="file-name">{path.value ? shortPath(path.value) : "Files"}</p>
        {isChanged.value && <span class="changed">changed</span>}
        <div class="tab-tools">
          {edit ? (
            <>
              <button
                type="button"
                class="button small primary"
                onClick={() => {
                  session.edited(edit, text.value);
                  path.value = undefined;
                  showTerminal();
                }}
              >
                Save and close
              </button>
              <button
                type="button"
                class="button small"
                onClick={() => {
                  session.edited(edit);
                  path.value = undefined;
                  showTerminal();
                }}
              >
                Close without saving
              </button>
            </>
          ) : (
            path.value && (
              <>
                <button
                  type="button"
                  class="button small"
                  disabled={!isChanged.value}
                  onClick={() => void save()}
                >
                  Save
                </button>
                {/\.(?:ya?ml|json)$/.test(path.value) && (
                  <button type="button" class="button small primary" onClick={() => void apply()}>
                    Apply
                  </button>
                )}
              </>
            )
          )}
          <LowerTabs />
        </div>
      </div>
      <div class="files-body">
        {isOpen && session.status.value === "idle" ? (
          <p class="empty">
            The files are on the workstation.{" "}
            <button type="button" class="button small" onClick={() => void openTerminal(0)}>
              <Icon name="play" />
              Start the cluster
            </button>
          </p>
        ) : (
          isOpen && <FileTree current={path.value} onOpen={(file) => void open(file)} />
        )}
        {path.value !== undefined && (
          <EditorArea
            key={edit ? `edit ${edit.number}` : path.value}
            path={path.value}
            text={text}
            onChange={() => {
              isChanged.value = true;
            }}
            onSave={() => void save()}
          />
        )}
      </div>
    </section>
  );
}

const shortPath = (path: string): string => path.replace(/^\/home\/[^/]+/, "~");
