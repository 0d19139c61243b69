// Keys that a phone's keyboard does not have.

interface Props {
  readonly onKeys: (keys: string) => void;
}

const keys: readonly (readonly [label: string, keys: string, name?: string])[] = [
  ["Tab", "\t"],
  ["Ctrl-C", "\x03"],
  ["↑", "\x1b[A", "Up"],
  ["↓", "\x1b[B", "Down"],
  ["←", "\x1b[D", "Left"],
  ["→", "\x1b[C", "Right"],
  ["|", "|"],
  ["/", "/"],
  ["-", "-"],
  ["Esc", "\x1b"],
  ["Ctrl-D", "\x04"],
];

export function KeyBar({ onKeys }: Props) {
  return (
    <div class="key-bar" role="toolbar" aria-label="Keys">
      {keys.map(([label, sent, name]) => (
        <button
          key={label}
          type="button"
          aria-label={name ?? label}
          // The keyboard stays open: the focus never leaves the terminal.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onKeys(sent)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
