// The thread pane: a root, its replies, what the app shows of its work, and a composer.
import { Icon } from "./icons";
import { useEffect, useRef, useState } from "react";
import { Composer } from "./composer";
import { MessageRow } from "./message";
import { nameOf } from "./names";
import { keyOf, threadOf } from "./state";
import { useWindow } from "./window";

const NEAR_END_PX = 160;

export function Thread({ onBehind }: { onBehind: () => void }) {
  const { state, does, say } = useWindow();
  const { channel, ts } = state.thread!;
  const messages = threadOf(state.known[channel], ts);
  const end = useRef<HTMLDivElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const status = state.statuses[keyOf(channel, ts)];
  const busy = status?.agent_status === "processing";
  const shown = status?.status || status?.loading_messages?.[0] || (busy ? say("working") : "");
  const grown = JSON.stringify(messages.at(-1)?.blocks ?? "").length;

  useEffect(() => {
    // A long answer is read from its beginning.
    const last = scroll.current?.querySelector(".message:last-of-type");
    const tall = last && scroll.current && last.clientHeight > scroll.current.clientHeight;
    if (tall && messages.length > 1) last.scrollIntoView({ block: "start" });
    else end.current?.scrollIntoView({ block: "end" });
  }, [messages.length, ts, shown]);

  useEffect(() => {
    // What grows is followed by whoever looks at its end, until it fills the pane.
    const box = scroll.current;
    const last = box?.querySelector(".message:last-of-type");
    if (!box || !last || last.clientHeight > box.clientHeight) return;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX) end.current?.scrollIntoView({ block: "end" });
  }, [grown]);

  const close = () => does.set({ thread: null });
  const place = state.channels[channel];
  return (
    <aside className="thread" aria-label={say("thread")} onKeyDown={(event) => event.key === "Escape" && close()}>
      <header className="head">
        <h2>{say("thread")} <small>{nameOf(state, place)}</small></h2>
        <button type="button" className="round" aria-label={say("close")} onClick={close}><Icon name="close" /></button>
      </header>
      <div ref={scroll} className="scroll" role="log" aria-label={say("thread")} tabIndex={0}>
        {messages.map((each) => (
          <MessageRow key={each.ts} message={each} channel={channel} inThread onBehind={onBehind} />
        ))}
        {shown && (
          <p className="status" role="status">
            <span className="dots" aria-hidden="true" /> {state.app!.name} {shown}
            {status?.stoppable && <Stop key={status.agent_status} channel={channel} ts={ts} />}
          </p>
        )}
        <div ref={end} />
      </div>
      {!place?.is_archived && <Composer key={keyOf(channel, ts)} channel={channel} thread={ts} placeholder={say("reply")} />}
    </aside>
  );
}

/** Asks the app to stop; until it does, its work goes on. */
function Stop({ channel, ts }: { channel: string; ts: string }) {
  const { does, say } = useWindow();
  const [pressed, setPressed] = useState(false);
  const stop = async () => setPressed((await does.act("stop_agent_session", { channel, thread_ts: ts })) !== undefined);
  return (
    <button type="button" className="plain" disabled={pressed} onClick={() => void stop()}>
      {say(pressed ? "stopping" : "stop")}
    </button>
  );
}
