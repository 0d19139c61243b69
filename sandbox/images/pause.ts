// What holds a pod's network while its containers come and go: it waits for a signal.

import { defineImage } from "../machine/image.ts";
import type { Program } from "../machine/process.ts";

const program: Program = async (process) => {
  let end = (_signal: string) => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  process.trap("SIGTERM", () => end("Terminated"));
  process.trap("SIGINT", () => end("Interrupt"));
  const signal = await process.wait(ended);
  await process.stderr.write(`Shutting down, got signal: ${signal}\n`);
  return 0;
};

const places = ["gcr.io/google_containers/pause-amd64", "gcr.io/google_containers/pause"];

export const pause = defineImage({
  names: ["registry.k8s.io/pause", "k8s.gcr.io/pause", ...places],
  tags: "latest 0.8.0 2.0 3.0 3.1 3.2 3.3 3.4.1 3.5 3.6 3.7 3.8 3.9 3.10 3.10.1".split(" "),
  size: 320_448,
  config: { entrypoint: ["/pause"], user: "65535:65535" },
  programs: { "/pause": program },
});
