interface Props {
  readonly path: string | undefined;
  readonly isChanged: boolean;
  /** A program waits for the file: `kubectl edit`. */
  readonly isEdit: boolean;
  readonly isCompared: boolean;
  readonly onSave: () => void;
  readonly onCompare: () => void;
  readonly onApply: () => void;
  readonly onBack: () => void;
  readonly onFinish: (isKept: boolean) => void;
}

/** What can be done with the file that is open. */
export function FileActions(props: Props) {
  const { path, isChanged, isEdit, isCompared } = props;
  if (isEdit) {
    return (
      <>
        <button type="button" class="button small primary" onClick={() => props.onFinish(true)}>
          Save and close
        </button>
        <button type="button" class="button small" onClick={() => props.onFinish(false)}>
          Close without saving
        </button>
      </>
    );
  }
  if (isCompared) {
    return (
      <>
        <span class="said">What would change</span>
        <button type="button" class="button small primary" onClick={props.onApply}>
          Apply
        </button>
        <button type="button" class="button small" onClick={props.onBack}>
          Back
        </button>
      </>
    );
  }
  if (path === undefined) return null;
  return (
    <>
      <button type="button" class="button small" disabled={!isChanged} onClick={props.onSave}>
        Save
      </button>
      {/\.(?:ya?ml|json)$/.test(path) && (
        <button type="button" class="button small primary" onClick={props.onCompare}>
          Apply
        </button>
      )}
    </>
  );
}
