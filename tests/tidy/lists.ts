// The exceptions of the tidy test. All these lists are there to become shorter.

/** Tables of data, which are as long as what they describe. */
export const dataTables: readonly RegExp[] = [/^sandbox\/eras\/schema\//];

/** By path, how much there is of what there should be less. */
export interface Shrinking {
  readonly lines: Readonly<Record<string, number>>;
  readonly imports: Readonly<Record<string, number>>;
  /** The lines of the longest function. */
  readonly functions: Readonly<Record<string, number>>;
}

/** What is too much, as it is now. It may only shrink, and its number with it. */
export const shrinking: Shrinking = {
  lines: {},
  imports: {
    "sandbox/api/core-kinds.ts": 16,
    "sandbox/apiserver/dispatch.ts": 18,
    "sandbox/apiserver/registry.ts": 16,
    "sandbox/apiserver/server.ts": 22,
    "sandbox/cluster.ts": 26,
    "sandbox/controllers/daemonset/daemonset.ts": 20,
    "sandbox/controllers/job/job.ts": 17,
    "sandbox/images/cassandra/node.ts": 18,
    "sandbox/images/consul/agent.ts": 19,
    "sandbox/images/consul/server.ts": 17,
    "sandbox/images/control-plane.ts": 17,
    "sandbox/images/mysql/engine/session.ts": 18,
    "sandbox/images/plane.ts": 19,
    "sandbox/programs/bin/toolbox.ts": 28,
    "sandbox/programs/bin/userland.ts": 20,
    "sandbox/programs/kubectl/cli/kubectl.ts": 17,
    "sandbox/programs/kubectl/rollout/undo.ts": 16,
    "src/panes/editor/monaco.ts": 18,
  },
  functions: {},
};

/**
 * What the site may import beyond the functions in sandbox/api and the worker: file by file, since
 * each pulls its part of the sandbox into a page's script or into the build.
 */
export const siteImports: Readonly<Record<string, string>> = {
  // The build reads scenes, and what is not said in them is the sandbox's to know. In no page.
  "src/content/scene-files.ts": "sandbox/scene.ts",
  // The editor checks manifests against the era's fields. Data, in the editor's own piece.
  "src/panes/editor/schemas.ts": "sandbox/eras/schema/index.ts",
};

/**
 * Where the sandbox's script is put together from pieces that are fetched late: with the clock
 * held, so that it is as if they had been there.
 */
export const loadsLate: readonly string[] = ["sandbox/worker/worker.ts"];

/** What is started rather than imported. */
export const entries: readonly RegExp[] = [
  /^cli\/kennel\.ts$/,
  /^sandbox\/canary\.ts$/,
  // A developer's tools, whose results are in the repository.
  /^scripts\/schema\/(?:extract|collect-texts)\.ts$/,
  // Started by the build, for what pages show before a sandbox runs.
  /^scripts\/scene-starts\.ts$/,
  /^src\/(?:pages\/|content\.config\.ts$)/,
  /^[^/]+\.config\.(?:ts|mjs)$/,
];
