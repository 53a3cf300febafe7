// What one can press, choose or fill in. Every change goes to the local Slack at once; what it then shows is the truth.
import { useEffect, useState } from "react";
import { FileInput } from "../files";
import { Icon } from "../icons";
import { nameOf, nameOfUser } from "../names";
import { Confirm, Item, Popup } from "../popup";
import { useWindow } from "../window";
import type { Json } from "../wire";
import { NotDrawn, type Place } from "./blocks";
import { Choice, Many, External } from "./choice";
import { TextInput } from "./text-input";
import { plain, Words } from "./words";

export interface Use {
  element: Json;
  block: Json;
  place: Place;
  id?: string;
  label?: string;
  describedBy?: string;
  invalid?: boolean;
}

/** What stands in an element now, and what to do when somebody enters something else. */
export interface Held {
  value: any;
  enter: (value: unknown, dispatch?: boolean) => void;
}

export function Control(use: Use) {
  const { element, block, place } = use;
  const { does, say } = useWindow();
  const [asking, setAsking] = useState<{ value: unknown } | null>(null);
  const held = useHeld(use, (value, dispatch) => (element.confirm && dispatch ? setAsking({ value }) : send(value, dispatch)));

  async function send(value: unknown, dispatch: boolean) {
    if (!place) return;
    const what = { action_id: element.action_id, block_id: block.block_id, value };
    if ("view" in place) await does.act(dispatch ? "click_in_view" : "fill", { view_id: place.view.id, ...what });
    else await does.act("click", { ...place, ...what });
  }

  const confirm = asking && (
    <Confirm
      title={plain(element.confirm.title)}
      text={plain(element.confirm.text)}
      yes={plain(element.confirm.confirm) || "OK"}
      no={plain(element.confirm.deny) || say("cancel")}
      danger={element.confirm.style === "danger"}
      onNo={() => setAsking(null)}
      onYes={() => {
        setAsking(null);
        void send(asking.value, true);
      }}
    />
  );
  return <>{drawn(use, held)}{confirm}</>;
}

/** Typed text stands at once; the local Slack's word replaces it whenever that changes. */
function useHeld({ element, block, place }: Use, send: (value: unknown, dispatch: boolean) => void): Held {
  const stands = place && "view" in place ? place.view.state?.values?.[block.block_id]?.[element.action_id] : undefined;
  const known = valueOf(element, stands);
  const [value, setValue] = useState(known);
  useEffect(() => setValue(known), [JSON.stringify(known)]);
  const isInput = block.type === "input";
  return {
    value,
    enter: (next, dispatch = !isInput || Boolean(block.dispatch_action)) => {
      setValue(next);
      send(next, dispatch);
    },
  };
}

const KEYS: Record<string, [string, string]> = {
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  file_input: ["files", "initial_files"],
  rich_text_input: ["rich_text_value", "initial_value"],
};

function valueOf(element: Json, stands: Json | undefined): any {
  const [key, initial] = KEYS[element.type] ?? ["value", "initial_value"];
  const found = stands && key in stands ? stands[key] : element[initial];
  if (key === "selected_option") return found?.value ?? null;
  if (key === "selected_options") return (found ?? []).map((each: Json) => each.value);
  return found ?? (key.endsWith("s") && key !== "value" ? [] : null);
}

function drawn(use: Use, held: Held) {
  const { element } = use;
  switch (element.type) {
    case "button":
    case "workflow_button":
      return <Button element={element} onPress={() => held.enter(element.value ?? null)} />;
    case "icon_button":
      return <button type="button" className="plain" onClick={() => held.enter(element.value ?? null)}><Words text={element.text} /></button>;
    case "feedback_buttons":
      return <Feedback element={element} held={held} />;
    case "overflow":
      return <Overflow element={element} held={held} />;
    case "static_select":
      return <Choice use={use} held={held} options={element.options} groups={element.option_groups} />;
    case "multi_static_select":
    case "checkboxes":
      return <Many use={use} held={held} options={optionsOf(element)} />;
    case "radio_buttons":
      return <Radios use={use} held={held} />;
    case "external_select":
    case "multi_external_select":
      return <External use={use} held={held} />;
    case "users_select":
    case "channels_select":
    case "conversations_select":
      return <Named use={use} held={held} many={false} />;
    case "multi_users_select":
    case "multi_channels_select":
    case "multi_conversations_select":
      return <Named use={use} held={held} many />;
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
    case "rich_text_input":
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return <TextInput use={use} held={held} />;
    case "file_input":
      return <FileInput use={use} held={held} />;
    default:
      return <NotDrawn type={element.type} />;
  }
}

function Button({ element, onPress }: { element: Json; onPress: () => void }) {
  const look = { primary: "primary", danger: "danger-button" }[element.style as string] ?? "plain";
  const press = () => {
    if (/^https?:/i.test(element.url ?? "")) open(element.url, "_blank", "noopener,noreferrer");
    onPress();
  };
  return <button type="button" className={look} aria-label={element.accessibility_label} onClick={press}><Words text={element.text} /></button>;
}

function Feedback({ element, held }: { element: Json; held: Held }) {
  const [pressed, setPressed] = useState("");
  const sides = [["👍", element.positive_button], ["👎", element.negative_button]] as const;
  return (
    <span className="feedback">
      {sides.map(([sign, side]) => (
        <button
          key={side.value}
          type="button"
          className="plain"
          aria-label={side.accessibility_label ?? plain(side.text)}
          aria-pressed={pressed === side.value}
          onClick={() => {
            setPressed(side.value);
            held.enter(side.value);
          }}
        >
          {sign} <Words text={side.text} />
        </button>
      ))}
    </span>
  );
}

function Overflow({ element, held }: { element: Json; held: Held }) {
  const { say } = useWindow();
  return (
    <Popup label={say("more")} sign={<Icon name="more" />} className="plain">
      {(close) =>
        element.options.map((each: Json) => (
          <Item
            key={each.value}
            onChoose={() => {
              close();
              held.enter(each.value);
            }}
          >
            <Words text={each.text} />
          </Item>
        ))
      }
    </Popup>
  );
}

function Radios({ use, held }: { use: Use; held: Held }) {
  return (
    <div role="radiogroup" aria-label={use.label} className="options">
      {use.element.options.map((each: Json) => (
        <label key={each.value}>
          <input
            type="radio"
            name={`${use.block.block_id}-${use.element.action_id}`}
            checked={held.value === each.value}
            onChange={() => held.enter(each.value)}
          />
          <span><Words text={each.text} />{each.description && <small><Words text={each.description} /></small>}</span>
        </label>
      ))}
    </div>
  );
}

function Named({ use, held, many }: { use: Use; held: Held; many: boolean }) {
  const { state } = useWindow();
  const people = Object.values(state.users).filter((each) => !each.deleted && !each.is_bot);
  const places = Object.values(state.channels).filter((each) => use.element.type.includes("conversations") || each.is_channel || each.is_group);
  const options = use.element.type.includes("users")
    ? people.map((each) => option(each.id, nameOfUser(each)))
    : places.map((each) => option(each.id, nameOf(state, each)));
  return many ? <Many use={use} held={held} options={options} /> : <Choice use={use} held={held} options={options} />;
}

const option = (value: string, text: string): Json => ({ value, text: { type: "plain_text", text } });

export function optionsOf(element: Json): Json[] {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((each: Json) => each.options)];
}
