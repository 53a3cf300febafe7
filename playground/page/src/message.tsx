// One message as Slack shows it, with what one can do with it.
import { memo, useState } from "react";
import { Avatar } from "./avatar";
import { Blocks } from "./blocks/blocks";
import { emojiOf } from "./emoji";
import { FileBox } from "./files";
import { Icon } from "./icons";
import { asTyped, momentOf, nameOfUser, timeOf, whenOf } from "./names";
import { Picker } from "./picker";
import { Confirm, Item, Popup } from "./popup";
import type { Message } from "./state";
import { useWindow } from "./window";
import type { Json } from "./wire";

interface Given {
  message: Message;
  channel: string;
  compact?: boolean;
  inThread?: boolean;
  onBehind: () => void;
}

const NOTES = /^(channel|group)_/;

export function MessageRow(given: Given) {
  const { state } = useWindow();
  return <Row {...given} user={state.users[given.message.user ?? ""]} flash={state.flash === given.message.ts} />;
}

const Row = memo(function Row({ message, channel, compact, inThread, onBehind, user, flash }: Given & { user?: Json; flash: boolean }) {
  const { state, does, say, language } = useWindow();
  const [editing, setEditing] = useState(false);
  const isBot = Boolean(message.bot_id);
  const name = isBot ? message.bot_profile?.name ?? nameOfUser(user) : nameOfUser(user);
  const time = timeOf(message.ts, language);

  if (message.subtype === "tombstone") return <p className="tombstone">🗑 {say("deleted")}</p>;
  const note = NOTES.test(message.subtype ?? "");
  const classes = ["message", compact && "compact", message.is_ephemeral && "ephemeral", note && "note", flash && "flash"];
  return (
    <article className={classes.filter(Boolean).join(" ")} aria-label={`${name} ${time}`} data-ts={message.ts}>
      {compact ? <time className="gutter" dateTime={momentOf(message.ts).toISOString()}>{time.replace(/\s?[AP]M$/, "")}</time> : (
        <Avatar id={message.user ?? ""} name={name} app={message.user === state.app!.user} />
      )}
      <div className="content">
        {message.is_ephemeral && <p className="whisper">👁 {say("onlyYou")}</p>}
        {!compact && (
          <p className="by">
            <strong>{name}</strong>
            {isBot && <span className="badge">{say("app")}</span>}
            <time dateTime={momentOf(message.ts).toISOString()}>{time}</time>
          </p>
        )}
        {editing ? <Editing message={message} channel={channel} onDone={() => setEditing(false)} /> : <Body message={message} channel={channel} />}
        {message.subtype === "thread_broadcast" && !inThread && <p className="small-note">{say("alsoTo")}</p>}
        <Reactions message={message} channel={channel} />
        {!inThread && message.reply_count > 0 && (
          <button type="button" className="replies" onClick={() => void does.openThread(channel, message.ts)}>
            {(message.reply_users ?? []).map((id: string) => (
              <Avatar key={id} id={id} name={nameOfUser(state.users[id])} app={id === state.app!.user} small />
            ))}
            <b>{message.reply_count === 1 ? say("oneReply") : say("replies", { n: message.reply_count })}</b>{" "}
            <span>{say("lastReply", { when: whenOf(message.latest_reply, language, say) })}</span>
          </button>
        )}
      </div>
      {!note && !editing && (
        <Tools message={message} channel={channel} inThread={inThread} onEdit={() => setEditing(true)} onBehind={onBehind} />
      )}
    </article>
  );
});

function Body({ message, channel }: { message: Message; channel: string }) {
  const { say } = useWindow();
  const blocks: Json[] = message.blocks?.length ? message.blocks : textBlocks(message.text);
  return (
    <div className="text">
      <Blocks blocks={blocks} place={{ channel, ts: message.ts }} />
      {message.edited && <small className="edited">{say("edited")}</small>}
      {message.streaming_state === "in_progress" && <span className="cursor" aria-hidden="true" />}
      {(message.attachments ?? []).map((each: Json, index: number) => <Forwarded key={index} attachment={each} />)}
      {(message.files ?? []).map((each: Json) => <FileBox key={each.id} file={each} />)}
    </div>
  );
}

export function textBlocks(text: string | undefined): Json[] {
  return text ? [{ type: "section", text: { type: "mrkdwn", text } }] : [];
}

function Forwarded({ attachment }: { attachment: Json }) {
  const { does } = useWindow();
  const inner: Json[] = attachment.message_blocks?.[0]?.message?.blocks ?? attachment.blocks ?? [];
  return (
    <blockquote className="forwarded">
      {attachment.author_name && (
        <button type="button" className="link" onClick={() => void does.follow(String(attachment.from_url ?? ""))}>
          {attachment.author_name}
        </button>
      )}
      <Blocks blocks={inner.length ? inner : textBlocks(attachment.text)} place={null} />
    </blockquote>
  );
}

function Reactions({ message, channel }: { message: Message; channel: string }) {
  const { state, does } = useWindow();
  if (!message.reactions?.length) return null;
  return (
    <div className="reactions">
      {message.reactions.map((each: { name: string; count: number; users: string[] }) => {
        const mine = each.users.includes(state.me!.id);
        const who = each.users.map((id) => nameOfUser(state.users[id])).join(", ");
        return (
          <button
            key={each.name}
            type="button"
            aria-pressed={mine}
            aria-label={`:${each.name}: ${each.count} – ${who}`}
            title={`:${each.name}: ${who}`}
            onClick={() => void does.act(mine ? "unreact" : "react", { channel, ts: message.ts, name: each.name })}
          >
            {emojiOf(each.name)} {each.count}
          </button>
        );
      })}
    </div>
  );
}

function Editing({ message, channel, onDone }: { message: Message; channel: string; onDone: () => void }) {
  const { state, does, say } = useWindow();
  const [text, setText] = useState(asTyped(message.text ?? "", state.users));
  const save = async () => {
    const done = await does.act("edit", { channel, ts: message.ts, text });
    if (done !== undefined) onDone();
  };
  return (
    <form
      className="editing"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        aria-label={say("edit")}
        value={text}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") {
            event.stopPropagation();
            onDone();
          } else if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <button type="button" className="plain" onClick={onDone}>{say("cancel")}</button>
      <button type="submit" className="primary">{say("save")}</button>
    </form>
  );
}

function Tools({ message, channel, inThread, onEdit, onBehind }: Given & { onEdit: () => void }) {
  const { state, does, say } = useWindow();
  const [deleting, setDeleting] = useState(false);
  const { ts } = message;
  const own = message.user === state.me!.id;
  const mayDelete = own || state.me!.is_admin;
  const root = message.thread_ts ?? ts;
  const link = async () => {
    const url = await does.see("permalink", { channel, ts });
    await navigator.clipboard?.writeText(url).catch(() => undefined);
    does.toast(`${say("copied")}: ${url}`);
  };
  if (message.is_ephemeral) return null;
  return (
    <div className="tools-of-message">
      <button
        type="button"
        aria-label=":bulb:"
        title=":bulb:"
        onClick={() => void does.act("react", { channel, ts, name: "bulb" })}
      >
        💡
      </button>
      <Picker onChoose={(name) => void does.act("react", { channel, ts, name })} />
      {!inThread && (
        <button type="button" aria-label={say("replyInThread")} title={say("replyInThread")} onClick={() => void does.openThread(channel, root)}>
          <Icon name="thread" />
        </button>
      )}
      <Popup label={say("more")} sign={<Icon name="more" />}>
        {(close) => {
          const then = (what: () => unknown) => () => {
            close();
            what();
          };
          return (
            <>
              {state.app!.message_shortcuts.map((each: { callback_id: string; name: string }) => (
                <Item
                  key={each.callback_id}
                  onChoose={then(() => does.act("message_shortcut", { callback_id: each.callback_id, channel, ts }))}
                >
                  {each.name} <small>{state.app!.name}</small>
                </Item>
              ))}
              <Item onChoose={then(link)}>{say("copyLink")}</Item>
              {own && <Item onChoose={then(onEdit)}>{say("edit")}</Item>}
              <Item
                onChoose={then(() => {
                  does.set({ focus: { channel, ts } });
                  onBehind();
                })}
              >
                {say("behind")}
              </Item>
              {mayDelete && <Item danger onChoose={then(() => setDeleting(true))}>{say("delete")}</Item>}
            </>
          );
        }}
      </Popup>
      {deleting && (
        <Confirm
          text={say("deleteAsk")}
          yes={say("delete")}
          no={say("cancel")}
          danger
          onNo={() => setDeleting(false)}
          onYes={() => {
            setDeleting(false);
            void does.act("delete", { channel, ts });
          }}
        />
      )}
    </div>
  );
}
