import { useSignal } from "@preact/signals";
import { Icon } from "./Icon.tsx";

/** Copies a link to the cluster as it is now. */
export function ShareButton() {
  const said = useSignal("Share");
  return (
    <button
      type="button"
      class="button quiet small"
      title="Copy a link that opens this very state"
      onClick={() => {
        said.value = "Making the link…";
        void import("../session/share.ts")
          .then(({ shareLink }) => shareLink())
          .then((link) => navigator.clipboard.writeText(link))
          .then(
            () => {
              said.value = "Link copied";
            },
            () => {
              said.value = "It could not be copied";
            },
          )
          .finally(() => setTimeout(() => (said.value = "Share"), 2500));
      }}
    >
      <Icon name="share" />
      <span role="status">{said.value}</span>
    </button>
  );
}
