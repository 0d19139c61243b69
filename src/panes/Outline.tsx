import { outlineOf } from "../views/outline.ts";
import type { Picture } from "../views/picture.ts";

interface Props {
  readonly picture: Picture;
  readonly onChoose: (key: string) => void;
}

/** The picture in words: the same things in the same order. */
export function Outline({ picture, onChoose }: Props) {
  return (
    <div class="outline">
      {outlineOf(picture).map(({ lane, title, lines }) => (
        <section key={lane}>
          <h3>{title}</h3>
          {lines.length === 0 ? (
            <p>None</p>
          ) : (
            // biome-ignore lint/a11y/noRedundantRoles: Safari forgets lists without bullets.
            <ul role="list">
              {lines.map(({ key, text }) => (
                <li key={key}>
                  <button type="button" onClick={() => onChoose(key)}>
                    {text}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}
