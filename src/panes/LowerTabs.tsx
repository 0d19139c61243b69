import { Icon } from "./Icon.tsx";
import { lower } from "./places.ts";

/** Where there is room for one of them only: terminal or files. */
export function LowerTabs() {
  const isFiles = lower.value === "files";
  return (
    <button
      type="button"
      class="button quiet small lower-tab needs-script"
      onClick={() => {
        lower.value = isFiles ? "terminal" : "files";
      }}
    >
      <Icon name={isFiles ? "terminal" : "files"} />
      {isFiles ? "Terminal" : "Files"}
    </button>
  );
}
