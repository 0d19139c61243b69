// The only names of the host that the sandbox may use. Browsers, workers and Node have them all, and all
// of them are deterministic. Nothing else exists here: no timer, no clock, no chance, no console, no
// network, no screen. canary.ts stops compiling on the day when one appears.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(
    type: "abort",
    run: (event: { readonly type: string }) => void,
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener(type: "abort", run: (event: { readonly type: string }) => void): void;
}
declare const AbortSignal: {
  abort(reason?: unknown): AbortSignal;
  any(signals: Iterable<AbortSignal>): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: { new (): TextEncoder };

interface TextDecoder {
  decode(bytes: Uint8Array, options?: { readonly stream?: boolean }): string;
}
declare const TextDecoder: {
  new (encoding?: "utf-8", options?: { readonly fatal?: boolean }): TextDecoder;
};
