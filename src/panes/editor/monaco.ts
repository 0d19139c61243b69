// The editor: Monaco with the few of its features that a YAML file needs. Loaded on first use.

import * as monaco from "monaco-editor/editor";
import "monaco-editor/languages/definitions/yaml/register";
import EditorWorker from "monaco-editor/editor/editor.worker.js?worker";

self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

export interface EditorOptions {
  readonly path: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

/** Fills an element with an editor. Returns how to close it. */
export function openEditor(element: HTMLElement, options: EditorOptions): () => void {
  const editor = monaco.editor.create(element, {
    value: options.text,
    language: "yaml",
    minimap: { enabled: false },
    automaticLayout: true,
  });
  editor.onDidChangeModelContent(() => options.onChange(editor.getValue()));
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, options.onSave);
  return () => editor.dispose();
}
