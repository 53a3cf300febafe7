// The whole page: who one is, and that person's Slack.
import { useEffect, useState } from "react";
import { Channel } from "./channel";
import { Drawer } from "./drawer";
import { Home } from "./home";
import { Jump } from "./jump";
import { Modals } from "./modal";
import { Sidebar } from "./sidebar";
import { Thread } from "./thread";
import { Top } from "./top";
import { Toasts } from "./toasts";
import { Tour } from "./tour";
import { Person, useWindow } from "./window";

const TOKEN = "yoridokoro-token";
const HANDLE = "yoridokoro-handle";

/** The printed address is #token=…&as=…; the token goes out of the address at once. */
function fromAddress(): { token: string; handle: string } {
  const said = new URLSearchParams(location.hash.slice(1));
  const token = said.get("token");
  const handle = said.get("as");
  if (token) localStorage.setItem(TOKEN, token);
  if (handle) sessionStorage.setItem(HANDLE, handle);
  if (token || handle) history.replaceState(null, "", location.pathname);
  const usual = navigator.language.startsWith("ja") ? "shiori" : "tom";
  return { token: localStorage.getItem(TOKEN) ?? "", handle: sessionStorage.getItem(HANDLE) ?? usual };
}

export function Page() {
  const [{ token, handle }, setWho] = useState(fromAddress);
  useEffect(() => {
    const changed = () => setWho(fromAddress());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const be = (next: string) => {
    sessionStorage.setItem(HANDLE, next);
    setWho({ token, handle: next });
  };
  return (
    <Person key={handle} token={token} handle={handle}>
      <Slack be={be} />
    </Person>
  );
}

function Slack({ be }: { be: (handle: string) => void }) {
  const { state, say } = useWindow();
  const [drawer, setDrawer] = useState(false);
  const [jump, setJump] = useState(false);
  const [tour, setTour] = useState(() => sessionStorage.getItem("yoridokoro-tour") !== "off");

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setJump(true);
      }
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);

  const showTour = (shown: boolean) => {
    sessionStorage.setItem("yoridokoro-tour", shown ? "on" : "off");
    setTour(shown);
  };
  return (
    <div className={`slack pane-${state.pane} ${state.thread ? "with-thread" : ""} ${drawer ? "with-drawer" : ""}`}>
      <Top be={be} onJump={() => setJump(true)} onTour={() => showTour(!tour)} drawer={drawer} onDrawer={setDrawer} />
      {state.line === "lost" && <p className="strip" role="alert">{say("lineLost")}</p>}
      {state.line === "open" && state.bot.ours && !state.bot.connections && (
        <p className="strip" role="status">{say("botLost")}</p>
      )}
      <div className="body">
        <Sidebar />
        {state.tab === "home" ? <Home /> : <Channel onBehind={() => setDrawer(true)} />}
        {state.thread && <Thread onBehind={() => setDrawer(true)} />}
        {drawer && <Drawer onClose={() => setDrawer(false)} />}
      </div>
      {tour && <Tour be={be} onClose={() => showTour(false)} />}
      <Modals />
      {jump && <Jump onClose={() => setJump(false)} />}
      <Toasts />
    </div>
  );
}
