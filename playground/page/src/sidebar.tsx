// Channels, direct messages and the app, with what is unread.
import { Avatar } from "./avatar";
import { Icon } from "./icons";
import { nameOf, signOf } from "./names";
import type { Channel } from "./state";
import { useWindow } from "./window";

export function Sidebar() {
  const { state, say } = useWindow();
  const all = Object.values(state.channels);
  const inside = all.filter((each) => !each.is_im && !each.is_mpim).sort((a, b) => a.name!.localeCompare(b.name!));
  const direct = all.filter((each) => (each.is_im || each.is_mpim) && each.id !== state.app!.channel);
  const app = state.channels[state.app!.channel] ?? { id: state.app!.channel, unread: 0, is_im: true, user: state.app!.user };
  return (
    <nav className="sidebar" aria-label={say("channels")}>
      <h2>{say("apps")}</h2>
      <ul>
        <Entry channel={app} app />
      </ul>
      <h2>{say("channels")}</h2>
      <ul>
        {inside.map((each) => <Entry key={each.id} channel={each} />)}
      </ul>
      {direct.length > 0 && <h2>{say("directMessages")}</h2>}
      <ul>
        {direct.map((each) => <Entry key={each.id} channel={each} />)}
      </ul>
    </nav>
  );
}

function Entry({ channel, app = false }: { channel: Channel; app?: boolean }) {
  const { state, does, say } = useWindow();
  const name = nameOf(state, channel);
  const marks = [
    channel.is_private && !channel.is_im && !channel.is_mpim && say("private"),
    channel.is_ext_shared && say("shared"),
    channel.unread > 0 && say("unread", { n: channel.unread }),
  ].filter(Boolean);
  const outside = !channel.is_im && !channel.is_mpim && !channel.is_member;
  return (
    <li>
      <button
        type="button"
        className={`entry ${channel.unread > 0 ? "unread" : ""} ${outside ? "outside" : ""}`}
        aria-current={state.place === channel.id ? "page" : undefined}
        aria-label={[name, ...marks].join(", ")}
        onClick={() => void does.go(channel.id)}
      >
        {signOf(channel) ? <span className="sign" aria-hidden="true">{channel.is_private ? <Icon name="lock" /> : "#"}</span> : (
          <Avatar id={channel.user ?? channel.id} name={name} app={app} small />
        )}
        <span className="name">{name}</span>
        {channel.is_ext_shared && <Icon name="shared" />}
        {channel.unread > 0 && <span className="count" aria-hidden="true">{channel.unread}</span>}
      </button>
    </li>
  );
}
