// Ctrl+K: to a channel, a person, or the app.
import { useState } from "react";
import { nameOf, nameOfUser, signOf } from "./names";
import { Dialog } from "./popup";
import { useWindow } from "./window";

const MOST = 12;

export function Jump({ onClose }: { onClose: () => void }) {
  const { state, does, say } = useWindow();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const channels = Object.values(state.channels).map((each) => ({
    id: each.id,
    label: `${signOf(each)} ${nameOf(state, each)}`.trim(),
    words: nameOf(state, each),
  }));
  const people = Object.values(state.users)
    .filter((each) => !each.deleted && !each.is_bot && each.id !== state.me!.id)
    .map((each) => ({ id: `@${each.name}`, label: `${nameOfUser(each)} @${each.name}`, words: `${nameOfUser(each)} ${each.name} ${each.real_name}` }));
  const found = [...channels, ...people]
    .filter((each) => each.words.toLowerCase().includes(wanted.trim().toLowerCase()))
    .slice(0, MOST);
  const chosen = Math.min(at, found.length - 1);
  const pressed = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !found.length) return;
    event.preventDefault();
    setAt((chosen + step + found.length) % found.length);
  };
  const go = async (id: string) => {
    onClose();
    if (!id.startsWith("@")) return does.go(id);
    const known = Object.values(state.channels).find((each) => each.is_im && state.users[each.user]?.name === id.slice(1));
    if (known) return does.go(known.id);
    const opened = await does.act("open_dm", { who: id });
    if (opened) {
      await does.start();
      await does.go(opened);
    }
  };
  return (
    <Dialog label={say("jump")} className="jump" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[chosen]) void go(found[chosen].id);
        }}
      >
        <input type="search" value={wanted} placeholder={say("jumpHint")} aria-label={say("jumpHint")} onKeyDown={pressed} onChange={(event) => {
          setWanted(event.target.value);
          setAt(0);
        }} />
        <ul>
          {found.map((each, index) => (
            <li key={each.id}>
              <button type="button" className="item" aria-current={index === chosen || undefined} onClick={() => void go(each.id)}>{each.label}</button>
            </li>
          ))}
        </ul>
        {!found.length && <p>{say("noMatch")}</p>}
        <footer><button type="button" className="plain" onClick={onClose}>{say("close")}</button></footer>
      </form>
    </Dialog>
  );
}
