import { useEffect, useRef } from "preact/hooks";
import type { Comparison } from "../views/applied.ts";

/** What was applied last beside what would be applied now. */
export function DiffArea({ comparison }: { readonly comparison: Comparison }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (import.meta.env.SSR || !element) return;
    let close = () => {};
    let isGone = false;
    void import("./editor/monaco.ts").then(({ openDiff }) => {
      if (!isGone) close = openDiff(element, comparison.before, comparison.after);
    });
    return () => {
      isGone = true;
      close();
    };
  }, [comparison]);
  return <div ref={place} class="monaco" />;
}
