// Where one writes: Enter sends, Shift+Enter breaks the line; "/" offers the app's commands, "@" people.
import { useRef, useState, type ClipboardEvent } from "react";
import { encoded, MOST_BYTES, type Attached } from "./files";
import { Icon } from "./icons";
import { nameOf, nameOfUser } from "./names";
import { Picker } from "./picker";
import { Lightning } from "./top";
import { keyOf } from "./state";
import { useWindow } from "./window";
import { emojiOf } from "./emoji";

interface Given {
  channel: string;
  thread?: string;
  placeholder: string;
}

interface Offer {
  insert: string;
  label: string;
  hint: string;
}

const MOST_OFFERS = 6;

export function Composer({ channel, thread, placeholder }: Given) {
  const { state, does, say } = useWindow();
  const draft = keyOf(channel, thread ?? "");
  const [text, type] = useState(does.drafts.get(draft) ?? "");
  const [broadcast, setBroadcast] = useState(false);
  const [files, setFiles] = useState<Attached[]>([]);
  const [at, setAt] = useState(0);
  const [hidden, setHidden] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const offers = hidden ? [] : offered();
  const chosen = Math.min(at, offers.length - 1);
  const place = state.channels[channel];

  function setText(typed: string) {
    does.drafts.set(draft, typed);
    type(typed);
  }

  async function send() {
    const said = text.trim();
    if (!said && !files.length) return;
    const command = /^\/\S+/.exec(said)?.[0];
    const done = command && !thread && !files.length
      ? await does.slash(channel, said)
      : await does.post(channel, said, { thread_ts: thread ?? null, files, broadcast });
    if (done === undefined) return;
    setText("");
    setFiles([]);
    setBroadcast(false);
  }

  function offered(): Offer[] {
    if (!thread && /^\/[\w-]*$/.test(text)) {
      return state.app!.commands
        .filter((each: { name: string }) => each.name.startsWith(text))
        .map((each: { name: string; hint: string; description: string }) => ({
          insert: `${each.name} `,
          label: `${each.name} ${each.hint}`,
          hint: each.description,
        }));
    }
    const mention = /(?:^|\s)@([\w.-]*)$/.exec(text)?.[1];
    if (mention === undefined) return [];
    const start = text.slice(0, text.length - mention.length);
    return Object.values(state.users)
      .filter((each) => !each.deleted && each.id !== state.me!.id && each.name.startsWith(mention.toLowerCase()))
      .slice(0, MOST_OFFERS)
      .map((each) => ({ insert: `${start}${each.name} `, label: nameOfUser(each), hint: `@${each.name}` }));
  }

  function take(offer: Offer) {
    setText(offer.insert);
    setAt(0);
    area.current?.focus();
  }

  function pressed(event: React.KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (offers.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setAt((chosen + (event.key === "ArrowDown" ? 1 : -1) + offers.length) % offers.length);
    } else if (offers.length && (event.key === "Tab" || event.key === "Enter")) {
      event.preventDefault();
      take(offers[chosen]!);
    } else if (offers.length && event.key === "Escape") {
      event.stopPropagation();
      setHidden(true);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  }

  async function attach(list: FileList | null) {
    const given = [...(list ?? [])];
    if (given.some((each) => each.size > MOST_BYTES)) return does.toast(say("tooLarge"));
    const read = await Promise.all(given.map(encoded));
    setFiles((before) => [...before, ...read]);
  }

  const pasted = (event: ClipboardEvent) => event.clipboardData.files.length && void attach(event.clipboardData.files);
  return (
    <div className="composer">
      {offers.length > 0 && (
        <ul className="offers" role="listbox" id={`offers-${thread ?? "main"}`} aria-label={say("options")}>
          {offers.map((each, index) => (
            <li key={each.insert} role="option" id={`offer-${thread ?? "main"}-${index}`} aria-selected={index === chosen} onMouseDown={(event) => event.preventDefault()} onClick={() => take(each)}>
              <b>{each.label}</b> <small>{each.hint}</small>
            </li>
          ))}
        </ul>
      )}
      {files.length > 0 && (
        <p className="attached">
          {files.map((each, index) => (
            <button key={index} type="button" aria-label={say("removeFile", { name: each.name })} onClick={() => setFiles(files.filter((_, i) => i !== index))}>
              <Icon name="file" /> {each.name} <Icon name="close" />
            </button>
          ))}
        </p>
      )}
      <textarea
        ref={area}
        rows={1}
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        role="combobox"
        aria-expanded={offers.length > 0}
        aria-controls={`offers-${thread ?? "main"}`}
        aria-autocomplete="list"
        aria-activedescendant={offers.length ? `offer-${thread ?? "main"}-${chosen}` : undefined}
        onChange={(event) => {
          setText(event.target.value);
          setHidden(false);
        }}
        onKeyDown={pressed}
        onPaste={pasted}
      />
      {thread && place && !place.is_im && (
        <label className="also">
          <input type="checkbox" checked={broadcast} onChange={(event) => setBroadcast(event.target.checked)} />{" "}
          {say("alsoSend", { name: nameOf(state, place) })}
        </label>
      )}
      <div className="under">
        {!thread && <Lightning />}
        <label className="round" title={say("attach")}>
          <Icon name="clip" />
          <input
            type="file"
            className="only-read"
            multiple
            aria-label={say("attach")}
            onChange={(event) => {
              void attach(event.target.files);
              event.target.value = "";
            }}
          />
        </label>
        <Picker onChoose={(name) => setText(text + (emojiOf(name).startsWith(":") ? name : `:${name}:`))} />
        <button type="button" className="send" aria-label={say("send")} disabled={!text.trim() && !files.length} onClick={() => void send()}>
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}
