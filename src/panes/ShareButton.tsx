import { useSignal } from "@preact/signals";
import { Icon } from "./Icon.tsx";

/** Copies a link to the cluster as it is now. */
export function ShareButton() {
  const said = useSignal("");
  const share = () => {
    said.value = "Making the link…";
    void copyLater(import("../session/share.ts").then(({ shareLink }) => shareLink()))
      .then(
        () => {
          said.value = "Link copied";
        },
        (error: unknown) => {
          console.info("Kennel could not copy the link:", error);
          said.value = "It could not be copied";
        },
      )
      .finally(() => setTimeout(() => (said.value = ""), 2500));
  };
  return (
    <>
      <button
        type="button"
        class="button quiet small"
        title="Copy a link that opens this very state"
        onClick={share}
      >
        <Icon name="share" />
        <span>{said.value || "Share"}</span>
      </button>
      <span class="visually-hidden" role="status">
        {said.value}
      </span>
    </>
  );
}

/**
 * Making the link takes a moment, after which a browser may have forgotten that somebody clicked:
 * it gets the promise of a text at once.
 */
async function copyLater(text: Promise<string>): Promise<void> {
  const blob = text.then((link) => new Blob([link], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}
