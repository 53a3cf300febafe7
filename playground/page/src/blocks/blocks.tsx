// Block Kit: what only shows is drawn by slack-blocks-to-jsx; what one can use is drawn here and wired to the app.
import { memo, type ReactNode } from "react";
import { Message as Library } from "slack-blocks-to-jsx";
import { emojiOf } from "../emoji";
import { nameOf, nameOfUser } from "../names";
import { NotHere, Picture } from "../picture";
import type { View } from "../state";
import { useWindow } from "../window";
import type { Json } from "../wire";
import { Boundary } from "./boundary";
import { Control } from "./control";
import { plain, Words } from "./words";

/** Where blocks stand: in a message, a modal or Home, or, as a quote, where nothing can be used. */
export type Place = { channel: string; ts: string } | { view: View } | null;

/** Drawn by the library as they are. */
const SHOWN = new Set([
  "section", "divider", "header", "context", "rich_text", "markdown", "table", "alert", "plan", "task_card", "card",
  "data_visualization",
]);
const KNOWN_ELEMENTS_FIELDS = ["accessory"] as const;

interface Given {
  blocks: Json[];
  place: Place;
  errors?: Record<string, string>;
}

export function Blocks({ blocks, place, errors = {} }: Given) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <Boundary key={block.block_id ?? index} otherwise={<NotDrawn type={block.type} />}>
          <Block block={block} place={place} errors={errors} />
        </Boundary>
      ))}
    </div>
  );
}

export function NotDrawn({ type }: { type: string }) {
  const { say } = useWindow();
  return <p className="not-drawn" data-kind={type}>{say("notDrawn", { type })}</p>;
}

function Block({ block, place, errors }: { block: Json; place: Place; errors: Record<string, string> }) {
  const use = (element: Json) => <Control key={element.action_id} element={element} block={block} place={place} />;
  switch (block.type) {
    case "actions":
    case "context_actions":
      return <div className="actions">{block.elements.map(use)}</div>;
    case "input":
      return <Input block={block} place={place} error={errors[block.block_id]} />;
    case "section":
      if (!block.accessory) break;
      return (
        <div className="with-accessory">
          <Shown block={without(block, KNOWN_ELEMENTS_FIELDS)} />
          {block.accessory.type === "image" ? <Picture image={block.accessory} /> : use(block.accessory)}
        </div>
      );
    case "image":
      return <Picture image={block} />;
    case "video":
      return <NotHere kind="video" title={plain(block.title)} words={block.alt_text} more={plain(block.description)} />;
    case "file":
      return <NotHere kind="file" title={block.external_id} />;
    case "card":
      return (
        <div className="card">
          {block.hero_image && <Picture image={block.hero_image} />}
          <Shown block={without(block, ["actions", "hero_image"])} />
          {block.actions?.length > 0 && <div className="actions">{block.actions.map(use)}</div>}
        </div>
      );
    case "carousel":
      return (
        <div className="carousel" role="group" tabIndex={0}>
          {block.elements.map((each: Json, index: number) => <Block key={each.block_id ?? index} block={each} place={place} errors={errors} />)}
        </div>
      );
    case "container":
      return (
        <details className="container" open={!block.default_collapsed}>
          <summary>
            {block.rich_text_title ? <Shown block={block.rich_text_title} /> : <Words text={block.title} />}
            {block.subtitle && <small><Words text={block.subtitle} /></small>}
          </summary>
          <Blocks blocks={block.child_blocks} place={place} errors={errors} />
        </details>
      );
  }
  if (SHOWN.has(block.type)) return <Shown block={block} />;
  return <NotDrawn type={block.type} />;
}

function without(block: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(block).filter(([key]) => !keys.includes(key)));
}

function Input({ block, place, error }: { block: Json; place: Place; error?: string }) {
  const { say } = useWindow();
  const id = `input-${block.block_id}`;
  const grouped = ["radio_buttons", "checkboxes"].includes(block.element.type) || block.element.type.startsWith("multi_");
  const label = (
    <>
      <Words text={block.label} /> {block.optional && <small>{say("optional")}</small>}
    </>
  );
  const inside = (
    <>
      <Control element={block.element} block={block} place={place} id={id} label={plain(block.label)} describedBy={`${id}-hint`} invalid={Boolean(error)} />
      <span id={`${id}-hint`}>
        {error && <span className="error" role="alert">{error}</span>}
        {block.hint && <small className="hint"><Words text={block.hint} /></small>}
      </span>
    </>
  );
  if (grouped) return <fieldset className="input"><legend>{label}</legend>{inside}</fieldset>;
  return <div className="input"><label htmlFor={id}>{label}</label>{inside}</div>;
}

export const Shown = memo(function Shown({ block }: { block: Json }) {
  const { state, does } = useWindow();
  const safe = only(block);
  const users = Object.values(state.users).map((each) => ({ id: each.id, name: nameOfUser(each) }));
  const channels = Object.values(state.channels).map((each) => ({ id: each.id, name: nameOf(state, each) }));
  return (
    <Library
      blocks={[safe] as never}
      name=""
      logo=""
      withoutWrapper
      data={{ users, channels }}
      hooks={{
        emoji: (data) => emojiOf(data.name),
        user: ({ id, name }) => <span className="mention">@{name || id}</span>,
        channel: ({ id, name }) => (
          <button type="button" className="mention" onClick={() => void does.go(id)} disabled={!state.channels[id]}>#{name || id}</button>
        ),
        link: ({ href, children }) => <Link href={href}>{children}</Link>,
      }}
    />
  );
}, (before, after) => before.block === after.block);

/** A link leads to a page of the web in a new window, or, when it is a permalink of this workspace, to that message. */
function Link({ href, children }: { href: string; children: ReactNode }) {
  const { does } = useWindow();
  if (!/^(https?:|mailto:)/i.test(href)) return <span>{children}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (!/^https:\/\/[\w-]+\.slack\.com\/archives\//.test(href)) return;
        event.preventDefault();
        void does.follow(href);
      }}
    >
      {children}
    </a>
  );
}

/** Pictures among words become their description, as no request leaves this machine; code has no empty lines around it. */
function only(value: any): any {
  if (Array.isArray(value)) return value.map(only);
  if (!value || typeof value !== "object") return value;
  if (value.type === "markdown") return { ...value, text: String(value.text ?? "").replace(/!\[([^\]]*)\]\([^)]*\)/g, "🖼 $1") };
  // verbatim keeps Slack from making links of plain words; marks are drawn all the same, which the library does not know
  if (value.type === "mrkdwn") return { type: "mrkdwn", text: String(value.text ?? "").replace(/```\n?([\s\S]*?)\n?```/g, "```$1```") };
  if (value.type === "image" && (value.image_url || value.slack_file)) return { type: "mrkdwn", text: `🖼 ${value.alt_text ?? ""}` };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, only(each)]));
}
