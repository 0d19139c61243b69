// Proves that the host does not exist in here. Each line must fail to compile; on the day when a
// dependency's types bring one of these names in, its "expect error" is unused and the type check
// fails. Nothing imports this file.

// Time.
// @ts-expect-error
void setTimeout;
// @ts-expect-error
void setInterval;
// @ts-expect-error
void setImmediate;
// @ts-expect-error
void requestAnimationFrame;
// @ts-expect-error
void requestIdleCallback;
// @ts-expect-error
void queueMicrotask;
// @ts-expect-error
void performance;
// @ts-expect-error
void scheduler;
// @ts-expect-error
void AbortSignal.timeout;

// Chance.
// @ts-expect-error
void crypto;

// Screen and page.
// @ts-expect-error
void document;
// @ts-expect-error
void window;
// @ts-expect-error
void navigator;
// @ts-expect-error
void location;
// @ts-expect-error
void localStorage;
// @ts-expect-error
void indexedDB;
// @ts-expect-error
void self;
// @ts-expect-error
void postMessage;
// @ts-expect-error
void MessageChannel;
// @ts-expect-error
void Worker;

// Network.
// @ts-expect-error
void fetch;
// @ts-expect-error
void XMLHttpRequest;
// @ts-expect-error
void WebSocket;
// @ts-expect-error
void URL;
// @ts-expect-error
void Blob;

// Node.
// @ts-expect-error
void process;
// @ts-expect-error
void Buffer;
// @ts-expect-error
void global;
// @ts-expect-error
void require;
// @ts-expect-error
void __dirname;
// @ts-expect-error
export type NodeFiles = typeof import("node:fs");

// Everything else that prints, copies by host rules or asks for a locale.
// @ts-expect-error
void console;
// @ts-expect-error
void structuredClone;
// @ts-expect-error
void atob;
// @ts-expect-error
void btoa;
