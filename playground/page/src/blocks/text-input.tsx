// Text, numbers, addresses, dates and times, by the browser's own inputs.
import type { KeyboardEvent } from "react";
import type { Held, Use } from "./control";

const TYPES: Record<string, string> = {
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

export function TextInput({ use, held }: { use: Use; held: Held }) {
  const { element } = use;
  const onCharacter = element.dispatch_action_config?.trigger_actions_on?.includes("on_character_entered");
  const shared = {
    id: use.id,
    "aria-label": use.id ? undefined : use.label ?? element.placeholder?.text ?? element.type,
    "aria-describedby": use.describedBy,
    "aria-invalid": use.invalid || undefined,
    autoFocus: element.focus_on_load,
    placeholder: element.placeholder?.text,
    value: shown(element.type, held.value),
    onChange: (event: { target: { value: string } }) => enter(event.target.value),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && !element.multiline && use.block.dispatch_action) {
        event.preventDefault();
        held.enter(held.value, true);
      }
    },
  };

  function enter(text: string) {
    const isChoice = element.type.endsWith("picker");
    const dispatch = use.block.type !== "input" || Boolean(use.block.dispatch_action && (isChoice || onCharacter));
    held.enter(meant(element.type, text), dispatch);
  }

  if (element.multiline || element.type === "rich_text_input") {
    return <textarea {...shared} rows={element.type === "rich_text_input" ? 4 : 5} />;
  }
  return (
    <input
      {...shared}
      type={TYPES[element.type] ?? "text"}
      min={element.min_value}
      max={element.max_value}
      step={element.type === "number_input" ? (element.is_decimal_allowed ? "any" : 1) : undefined}
    />
  );
}

/** What the local Slack keeps of what was typed; nothing is null. */
function meant(type: string, text: string): unknown {
  if (!text) return null;
  if (type === "datetimepicker") return Math.round(new Date(text).getTime() / 1000);
  if (type === "rich_text_input") {
    return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
  }
  return text;
}

function shown(type: string, value: any): string {
  if (value === null || value === undefined) return "";
  if (type === "datetimepicker") {
    const at = new Date(value * 1000);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }
  if (type === "rich_text_input") {
    return (value.elements ?? []).flatMap((part: any) => part.elements ?? []).map((each: any) => each.text ?? "").join("");
  }
  return String(value);
}
