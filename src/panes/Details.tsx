// All that is known of one thing at the moment that is looked at: why it is as it is, its events,
// its YAML.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { KubeObject } from "../../sandbox/api/meta.ts";
import { writeYaml } from "../../sandbox/api/yaml/write.ts";
import { session } from "../session/session.ts";
import { eventsOf, reasonsFor, shortKind } from "../views/details.ts";
import { type Thing, thingKey } from "../views/thing.ts";
import { clockText } from "../views/timeline.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  readonly thing: Thing;
  readonly onClose: () => void;
  readonly onChoose: (key: string) => void;
}

const tabs = ["Why", "Events", "YAML"] as const;
type Tab = (typeof tabs)[number];

export function Details({ thing, onClose, onChoose }: Props) {
  const tab = useSignal<Tab>("Why");
  const panel = useRef<HTMLElement>(null);
  const object = useComputed<KubeObject | undefined>(() =>
    session.state.value.objects.get(thing.kind)?.get(`${thing.namespace}/${thing.name}`),
  );
  useEffect(() => panel.current?.focus(), []);
  return (
    <aside
      class="details"
      aria-label={`${thing.kind} ${thing.name}`}
      tabIndex={-1}
      ref={panel}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header>
        <p class="eyebrow">{thing.kind}</p>
        <h3>{thing.name}</h3>
        <p class="facts" data-mood={thing.mood}>
          {[thing.status, thing.detail, thing.place && `only on ${thing.place}`, thing.group]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <button type="button" class="icon-button close" aria-label="Close" onClick={onClose}>
          <Icon name="cross" />
        </button>
        <div class="tab-list" role="tablist" aria-label="Details">
          {tabs.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              class="tab"
              aria-selected={name === tab.value}
              onClick={() => {
                tab.value = name;
              }}
            >
              {name}
            </button>
          ))}
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too. */}
      <div class="body" role="tabpanel" aria-label={tab.value} tabIndex={0}>
        {tab.value === "Why" && <Why thing={thing} onChoose={onChoose} />}
        {tab.value === "Events" && <Events thing={thing} />}
        {tab.value === "YAML" && (
          <pre class="yaml">{object.value ? writeYaml(plain(object.value)) : "It is gone."}</pre>
        )}
      </div>
    </aside>
  );
}

/** Without what nobody reads. */
function plain(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject["metadata"] & {
    managedFields?: unknown;
  };
  return { ...object, metadata };
}

function Why({ thing, onChoose }: Pick<Props, "thing" | "onChoose">) {
  const decisions = reasonsFor(thing, session.history.value.decisionsUntil(session.state.value.at));
  if (decisions.length === 0) {
    return <p class="empty">Nothing has been decided about it by anybody whom Kennel watches.</p>;
  }
  return (
    <>
      {decisions.map(({ by, at, verdict, rule, options, remedy }) => (
        <article key={by} class="verdict">
          <p class="verdict-text">{verdict}</p>
          <p class="by">
            {by}, at {clockText(Math.max(at, 0))}
          </p>
          {options.length > 0 && (
            // biome-ignore lint/a11y/noRedundantRoles: Safari forgets lists without bullets.
            <ul role="list" class="options">
              {options.map((option) => {
                const name = option.about.name;
                const key = thingKey(
                  option.about.kind,
                  option.about.namespace,
                  name.replace(/ on .*$/, ""),
                );
                return (
                  <li key={`${option.about.kind}/${name}`} data-taken={option.taken}>
                    <span class="sign">
                      <Icon name={option.taken ? "check" : "cross"} />
                    </span>
                    <div>
                      <button type="button" class="link" onClick={() => onChoose(key)}>
                        {name}
                      </button>
                      {option.rule && <span class="rule">{option.rule}</span>}
                      {option.why && <p>{option.why}</p>}
                      {option.remedy && <p class="remedy">{option.remedy}</p>}
                    </div>
                  </li>
                );
              })}
            </ul>
          )}
          {remedy && <p class="remedy">{remedy}</p>}
          <p class="source">
            Upstream: <code>{rule}</code>
          </p>
        </article>
      ))}
      <p class="command">
        In the terminal:{" "}
        <code>
          kubectl why {shortKind(thing.kind)}/{thing.name}
        </code>
      </p>
    </>
  );
}

function Events({ thing }: { readonly thing: Thing }) {
  const events = eventsOf(thing, session.state.value);
  if (events.length === 0) return <p class="empty">No events.</p>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets lists without bullets.
    <ul role="list" class="events">
      {events.map((event) => (
        <li key={event.key} data-type={event.type}>
          <p class="reason">
            {event.reason}
            {event.count > 1 && <span class="count">× {event.count}</span>}
          </p>
          <p>{event.message}</p>
          <p class="by">{event.source}</p>
        </li>
      ))}
    </ul>
  );
}
