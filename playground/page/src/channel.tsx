// One conversation: its header, its messages in a virtual list, and the composer.
import { useCallback, useMemo, useRef } from "react";
import { Virtuoso } from "react-virtuoso";
import { Composer } from "./composer";
import { Icon } from "./icons";
import { MessageRow } from "./message";
import { dayOf, nameOf, signOf } from "./names";
import { timeline, type Channel as ChannelData, type Message } from "./state";
import { useWindow } from "./window";

const MANY = 1_000_000;
const TOGETHER_SECONDS = 300;
const NEAR_BOTTOM_PX = 160;

export function Channel({ onBehind }: { onBehind: () => void }) {
  const { state, say } = useWindow();
  const channel = state.channels[state.place];
  const known = state.known[state.place];
  const messages = useMemo(() => timeline(known), [known]);
  const isApp = state.place === state.app!.channel;
  if (!channel && !isApp) return <main className="main" />;
  const name = isApp ? state.app!.name : nameOf(state, channel);
  return (
    <main className="main" aria-label={name}>
      <header className="head">
        <h1>
          {channel && signOf(channel) && <span aria-hidden="true">{channel.is_private ? <Icon name="lock" /> : "#"} </span>}
          {name}
        </h1>
        {isApp ? <AppTabs /> : <p className="topic">{about()}</p>}
      </header>
      {known && <List key={`${state.place}:${state.jump}`} messages={messages} onBehind={onBehind} />}
      <Foot channel={channel} isApp={isApp} name={name} />
    </main>
  );

  function about(): string {
    const n = channel!.num_members ?? channel!.members?.length ?? 0;
    const parts = [say(n === 1 ? "member" : "members", { n }), channel!.is_ext_shared && say("shared"), channel!.topic?.value];
    return parts.filter(Boolean).join(" · ");
  }
}

/** Where one writes, or why one cannot. */
function Foot({ channel, isApp, name }: { channel: ChannelData | undefined; isApp: boolean; name: string }) {
  const { state, does, say } = useWindow();
  if (isApp && state.app!.messages_read_only) return <p className="strip">{say("readOnly")}</p>;
  if (channel?.is_archived) return <p className="strip">{say("archived")}</p>;
  if (channel && !channel.is_im && !channel.is_mpim && !channel.is_member) {
    return (
      <p className="strip">
        {say("notIn", { name })}{" "}
        <button type="button" className="primary" onClick={() => void does.act("join", { channel: channel.id })}>
          {say("join", { name })}
        </button>
      </p>
    );
  }
  return <Composer key={state.place} channel={state.place} placeholder={say("message", { name: channel && signOf(channel) === "#" ? `#${name}` : name })} />;
}

export function AppTabs() {
  const { state, does, say } = useWindow();
  const tabs = [
    { tab: "home" as const, shown: state.app!.home_tab, open: () => does.openHome() },
    { tab: "messages" as const, shown: state.app!.messages_tab, open: () => does.go(state.app!.channel) },
  ];
  return (
    <div className="tabs" role="tablist" aria-label={state.app!.name}>
      {tabs.filter((each) => each.shown).map(({ tab, open }) => (
        <button key={tab} type="button" role="tab" aria-selected={state.tab === tab} onClick={() => void open()}>
          {say(tab)}
        </button>
      ))}
    </div>
  );
}

function List({ messages, onBehind }: { messages: Message[]; onBehind: () => void }) {
  const { state, does, say, language } = useWindow();
  const known = state.known[state.place]!;
  const anchor = useRef(messages[0]?.ts);
  // Falls by as many as are put in front, so that the list stays where it is.
  const first = MANY - Math.max(0, messages.findIndex((each) => each.ts === anchor.current));
  const at = messages.findIndex((each) => each.ts === state.jump);

  const unread = useMemo(() => {
    const isNew = (each: Message) => state.newFrom && each.ts > state.newFrom && each.user !== state.me!.id;
    return messages.find(isNew)?.ts;
  }, [messages, state.newFrom]);

  const older = useCallback(() => {
    if (known.from) void does.load(state.place, known.from);
  }, [known.from, state.place]);

  if (!messages.length) return <div className="empty">{state.place === state.app!.channel ? <Prompts /> : say("noMessages")}</div>;
  return (
    <Virtuoso
      className="list"
      role="log"
      aria-label={say("messages")}
      tabIndex={0}
      data={messages}
      firstItemIndex={first}
      initialTopMostItemIndex={at < 0 ? { index: "LAST", align: "end" } : { index: at, align: "center" }}
      computeItemKey={(_, message) => message.ts}
      followOutput={(atBottom) => (atBottom ? "auto" : false)}
      atBottomThreshold={NEAR_BOTTOM_PX}
      alignToBottom
      increaseViewportBy={400}
      startReached={older}
      itemContent={(index, message) => {
        const before = messages[index - first - 1];
        const day = dayOf(message.ts, language, say);
        const firstNew = message.ts === unread;
        const divider = !before || dayOf(before.ts, language, say) !== day;
        return (
          <div className="row">
            {divider && <div className="day"><span>{day}</span></div>}
            {firstNew && <div className="day new" role="separator" aria-label={say("newMessages")}><span>{say("newMessages")}</span></div>}
            <MessageRow
              message={message}
              channel={state.place}
              compact={!divider && !firstNew && follows(before, message)}
              onBehind={onBehind}
            />
          </div>
        );
      }}
    />
  );
}

function follows(before: Message | undefined, message: Message): boolean {
  if (!before || before.user !== message.user || before.subtype || message.subtype) return false;
  if (message.is_ephemeral || before.is_ephemeral || before.reply_count) return false;
  return Number(message.ts) - Number(before.ts) < TOGETHER_SECONDS;
}

export function Prompts() {
  const { state, does, say } = useWindow();
  const { title, prompts } = state.prompts;
  return (
    <div className="prompts">
      <p>{title || say("hello")}</p>
      {prompts.map((each) => (
        <button key={each.title} type="button" className="plain" onClick={() => void does.post(state.app!.channel, each.message)}>
          {each.title}
        </button>
      ))}
    </div>
  );
}
