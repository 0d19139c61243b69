// Draws a picture as SVG: cards in lanes and lines between them. Every card is a button.

import { refusalsOf } from "../views/decision-edges.ts";
import { isFolded } from "../views/fold.ts";
import type { Box, Layout } from "../views/layout.ts";
import { laneTitles, shortTitles } from "../views/outline.ts";
import { pathOf } from "../views/path.ts";
import type { Picture } from "../views/picture.ts";
import type { Edge, Mood, Thing } from "../views/thing.ts";

interface Props {
  readonly picture: Picture;
  readonly layout: Layout;
  readonly scale: number;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

export function Drawing({ picture, layout, scale, chosen, onChoose }: Props) {
  const { width, height, direction } = layout;
  const refusals = refusalsOf(picture.edges);
  const isLinked = (key: string) =>
    picture.edges.some(
      ({ from, to }) => (from === chosen && to === key) || (to === chosen && from === key),
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset.
    <svg
      class="drawing"
      viewBox={`0 0 ${width} ${height}`}
      width={width * scale}
      height={height * scale}
      role="group"
      aria-label="StorageClasses, volumes, claims, pods and nodes, and how they are connected"
      data-chosen={chosen !== undefined}
    >
      {layout.lanes.map(({ lane, ...box }, index) => (
        <g key={lane} class="lane">
          {index > 0 && direction === "rows" && (
            <path class="rule" d={`M16 ${box.y}H${width - 16}`} />
          )}
          <text x={direction === "rows" ? 16 : box.x} y={box.y + 20}>
            {(direction === "columns" && box.width < 134 ? shortTitles : laneTitles)[lane]}
          </text>
          {!picture.things.some((thing) => thing.lane === lane) && (
            <text
              class="none"
              x={direction === "rows" ? 16 : box.x}
              y={box.y + (direction === "rows" ? 46 : 62)}
            >
              none
            </text>
          )}
        </g>
      ))}
      {layout.groups.map((group) => (
        <g key={group.title} class="group">
          <rect x={group.x} y={group.y} width={group.width} height={group.height} rx="10" />
          <text x={group.x + 8} y={group.y + 15}>
            {group.title}
          </text>
        </g>
      ))}
      {picture.edges.map((edge) => (
        <Line
          key={edge.key}
          edge={edge}
          layout={layout}
          isChosen={edge.from === chosen || edge.to === chosen}
        />
      ))}
      {picture.things.map((thing) => {
        const box = layout.boxes.get(thing.key);
        return (
          box && (
            <Card
              key={thing.key}
              thing={thing}
              box={box}
              refusals={refusals.get(thing.key) ?? []}
              isChosen={thing.key === chosen}
              isLinked={isLinked(thing.key)}
              onChoose={onChoose}
            />
          )
        );
      })}
    </svg>
  );
}

interface CardProps {
  readonly thing: Thing;
  readonly box: Box;
  /** The rules by which it was just refused; for a moment they stand instead of its status. */
  readonly refusals: readonly string[];
  readonly isChosen: boolean;
  readonly isLinked: boolean;
  readonly onChoose: (key: string) => void;
}

/** A letter of the name is this wide, and one of the line below it about so. */
const NAME_LETTER = 6.9;
const LINE_LETTER = 5.3;

function Card({ thing, box, refusals, isChosen, isLinked, onChoose }: CardProps) {
  const { key, name, status, detail, place, mood, kind, lane } = thing;
  const line = [lane === "class" ? "" : status, detail, place].filter(Boolean);
  const below = lane === "class" && status ? [`${status},`, ...line] : line;
  const choose = () => {
    if (!isFolded(thing)) onChoose(key);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons.
    <g
      class="card"
      data-mood={mood}
      data-key={key}
      data-linked={isLinked}
      style={{ transform: `translate(${box.x}px, ${box.y}px)` }}
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-label={`${kind} ${name}, ${[status, detail, place].filter(Boolean).join(", ")}`}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      }}
    >
      <rect width={box.width} height={box.height} rx="7" />
      <Sign mood={mood} />
      <text class="name" x="24" y="18.5">
        {cut(name, (box.width - 30) / NAME_LETTER)}
      </text>{" "}
      {refusals.length > 0 ? (
        <g class="refusal">
          <path d="M24.5 27.5l6 6m0-6l-6 6" />
          <text x="36" y="34.5">
            {cut(refusals.join(", "), (box.width - 42) / LINE_LETTER, true)}
          </text>
        </g>
      ) : (
        <text class="line" x="24" y="34.5">
          {cut(below.join(" "), (box.width - 28) / LINE_LETTER, true)}
        </text>
      )}
    </g>
  );
}

/** The shape says what the colour says. */
function Sign({ mood }: { readonly mood: Mood }) {
  switch (mood) {
    case "bound":
      return <circle class="sign" cx="13" cy="14.5" r="3.5" />;
    case "waiting":
      return <circle class="sign" cx="13" cy="14.5" r="3.5" />;
    case "failed":
      return <path class="sign" d="M10 11.5l6 6m0-6l-6 6" />;
    case "released":
      return <rect class="sign" x="10" y="11.5" width="6" height="6" rx="1" />;
    case "leaving":
      return <path class="sign" d="M9.5 14.5h7" />;
    case "calm":
      return <circle class="sign" cx="13" cy="14.5" r="3" />;
  }
}

/** Names are told apart by their ends as much as by their beginnings. */
function cut(text: string, room: number, fromEnd = false): string {
  const most = Math.floor(room);
  if (text.length <= most) return text;
  if (fromEnd) return `${text.slice(0, most - 1).trimEnd()}…`;
  const end = Math.min(5, Math.floor(most / 3));
  return `${text.slice(0, most - end - 1)}…${text.slice(-end)}`;
}

interface LineProps {
  readonly edge: Edge;
  readonly layout: Layout;
  readonly isChosen: boolean;
}

function Line({ edge, layout, isChosen }: LineProps) {
  const from = layout.boxes.get(edge.from);
  const to = layout.boxes.get(edge.to);
  if (!from || !to) return null;
  const { path, middle } = pathOf(from, to, layout.direction);
  return (
    <g class="edge" data-type={edge.type} data-chosen={isChosen}>
      <path d={path} pathLength={edge.type === "bound" ? 1 : undefined} />
      {edge.type === "refused" && <path class="cross" d={crossAt(middle)} />}
      {edge.why && <title>{edge.why}</title>}
    </g>
  );
}

const crossAt = ({ x, y }: { x: number; y: number }): string =>
  `M${x - 3.5} ${y - 3.5}l7 7m0-7l-7 7`;
