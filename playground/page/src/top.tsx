// The bar above: who one is, jumping, shortcuts, the tour, the drawer, beginning anew.
import { useState } from "react";
import { Avatar } from "./avatar";
import { Icon } from "./icons";
import { Confirm, Item, Popup } from "./popup";
import { useWindow } from "./window";

interface Given {
  be: (handle: string) => void;
  onJump: () => void;
  onTour: () => void;
  drawer: boolean;
  onDrawer: (open: boolean) => void;
}

const ROLES = { guest: "guest", single_channel_guest: "guest", admin: "admin", owner: "owner", stranger: "stranger" } as const;

export function Top({ be, onJump, onTour, drawer, onDrawer }: Given) {
  const { state, does, say } = useWindow();
  const [asking, setAsking] = useState(false);
  const me = state.people.find((each) => each.id === state.me!.id);
  const waiting = state.people.reduce((sum, each) => sum + (each.id === me?.id ? 0 : each.waiting), 0);
  return (
    <header className="top">
      <button
        type="button"
        className="round only-narrow"
        aria-label={say("menu")}
        onClick={() => does.set({ pane: state.pane === "sidebar" ? "main" : "sidebar" })}
      >
        <Icon name="menu" />
      </button>
      <Popup
        label={`${say("beSomebody")} ${me?.name ?? ""}`}
        className="who"
        role="menu"
        sign={
          <>
            <Avatar id={state.me!.id} name={me?.name ?? "?"} small />
            <span className="name">{me?.name}</span>
            {waiting > 0 && <span className="count">{waiting}</span>}
          </>
        }
      >
        {(close) => (
          <ul className="people">
            {state.people.map((each) => (
              <li key={each.id}>
                <button
                  type="button"
                  role="menuitem"
                  className="item"
                  aria-label={say("beIt", { name: each.name })}
                  aria-current={each.id === me?.id || undefined}
                  onClick={() => {
                    close();
                    be(each.handle);
                  }}
                >
                  <Avatar id={each.id} name={each.name} small />
                  <span className="name">
                    {each.name} <small>{[each.title, each.locale === "ja-JP" ? "日本語" : "English", roleOf(each.role)].filter(Boolean).join(" · ")}</small>
                  </span>
                  {each.waiting > 0 && <span className="count">{say("waiting", { n: each.waiting })}</span>}
                </button>
                <a
                  className="item side"
                  role="menuitem"
                  href={`/#as=${each.handle}`}
                  target="_blank"
                  rel="noopener"
                  aria-label={`${each.name}: ${say("newWindow")}`}
                  title={say("newWindow")}
                >
                  <Icon name="window" />
                </a>
              </li>
            ))}
          </ul>
        )}
      </Popup>
      <button type="button" className="jump-button" aria-label={say("jump")} onClick={onJump}>
        <Icon name="search" /> <span className="wide-only">{say("jump")}</span> <kbd className="wide-only">Ctrl K</kbd>
      </button>
      <div className="tools">
        <button type="button" onClick={onTour} className="wide-only">{say("tour")}</button>
        <button type="button" aria-pressed={drawer} onClick={() => onDrawer(!drawer)}>
          <Icon name="curtain" /> <span className="wide-only">{say("behind")}</span>
          <span className="only-read narrow-read">{say("behind")}</span>
        </button>
        <button type="button" onClick={() => setAsking(true)}>
          <Icon name="again" /> <span className="wide-only">{say("reset")}</span>
          <span className="only-read narrow-read">{say("reset")}</span>
        </button>
      </div>
      {asking && (
        <Confirm
          text={say("resetAsk")}
          yes={say("reset")}
          no={say("cancel")}
          danger
          onNo={() => setAsking(false)}
          onYes={() => {
            setAsking(false);
            void does.reset();
          }}
        />
      )}
    </header>
  );

  function roleOf(role: string): string {
    return role in ROLES ? say(ROLES[role as keyof typeof ROLES]) : "";
  }
}

/** What can be started from anywhere: the lightning menu. */
export function Lightning() {
  const { state, does, say } = useWindow();
  const offered: { callback_id: string; name: string }[] = state.app!.global_shortcuts;
  return (
    <Popup label={say("shortcuts")} sign={<Icon name="lightning" />} className="round">
      {(close) =>
        offered.map((each) => (
          <Item
            key={each.callback_id}
            onChoose={() => {
              close();
              void does.act("global_shortcut", { callback_id: each.callback_id });
            }}
          >
            {each.name} <small>{state.app!.name}</small>
          </Item>
        ))
      }
    </Popup>
  );
}
