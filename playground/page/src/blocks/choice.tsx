// Selects: one of some, several of some, and those whose options the app gives while one types.
import { useEffect, useState } from "react";
import { useWindow } from "../window";
import type { Json } from "../wire";
import { plain, Words } from "./words";
import { optionsOf, type Held, type Use } from "./control";

const LEAST_TYPED = 3;
const WAIT_MS = 250;

export function Choice({ use, held, options, groups }: { use: Use; held: Held; options?: Json[]; groups?: Json[] }) {
  const { say } = useWindow();
  const { element } = use;
  return (
    <select
      id={use.id}
      aria-label={use.label ?? element.placeholder?.text ?? say("choose")}
      aria-describedby={use.describedBy}
      aria-invalid={use.invalid || undefined}
      autoFocus={element.focus_on_load}
      value={held.value ?? ""}
      onChange={(event) => held.enter(event.target.value || null)}
    >
      <option value="">{element.placeholder?.text ?? say("choose")}</option>
      {(options ?? []).map(one)}
      {(groups ?? []).map((group, index) => <optgroup key={index} label={plain(group.label)}>{group.options.map(one)}</optgroup>)}
    </select>
  );
}

const one = (each: Json) => <option key={each.value} value={each.value}>{plain(each.text)}</option>;

export function Many({ use, held, options }: { use: Use; held: Held; options: Json[] }) {
  const chosen: string[] = held.value ?? [];
  const toggle = (value: string) =>
    held.enter(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <div className="options" role="group" aria-label={use.label ?? use.element.placeholder?.text} aria-describedby={use.describedBy}>
      {options.map((each) => (
        <label key={each.value}>
          <input type="checkbox" checked={chosen.includes(each.value)} onChange={() => toggle(each.value)} />
          <span><Words text={each.text} />{each.description && <small><Words text={each.description} /></small>}</span>
        </label>
      ))}
    </div>
  );
}

export function External({ use, held }: { use: Use; held: Held }) {
  const { does, say } = useWindow();
  const { element, block, place } = use;
  const [typed, setTyped] = useState("");
  const [offered, setOffered] = useState<Json[]>([]);
  const least = element.min_query_length ?? LEAST_TYPED;

  useEffect(() => {
    if (typed.length < least || !place) return setOffered([]);
    const where = "view" in place ? { view_id: place.view.id } : place;
    const ask = async () => setOffered(await does.see("suggest", { ...where, action_id: element.action_id, block_id: block.block_id, typed }));
    const timer = setTimeout(() => void ask().catch(() => undefined), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const options = [...optionsOf(element), ...(element.initial_options ?? []), ...offered];
  return (
    <div>
      <input
        id={use.id}
        type="search"
        value={typed}
        placeholder={element.placeholder?.text ?? say("search")}
        aria-label={use.label ?? say("search")}
        aria-describedby={use.describedBy}
        onChange={(event) => setTyped(event.target.value)}
      />
      {element.type === "multi_external_select"
        ? <Many use={use} held={held} options={options} />
        : options.length > 0 && <Choice use={{ ...use, id: undefined }} held={held} options={options} />}
    </div>
  );
}
