// What a person does in this window, and how the window keeps up: asks the local Slack, then hands on what it says.
import { keyOf, type Action, type Focus, type Message, type Person, type State } from "./state";
import { Refused, type Json, type Wire } from "./wire";
import type { Say } from "./words";

const PAGE_OF_MESSAGES = 100;
const TOAST_MS = 6000;
const LATER_MS = 150;

export interface Given {
  wire: Wire;
  dispatch: (action: Action) => void;
  state: () => State;
  say: () => Say;
}

export type Doing = ReturnType<typeof doing>;

export function doing({ wire, dispatch, state, say }: Given) {
  const set = (parts: Partial<State>) => dispatch({ type: "set", parts });
  const see = async (verb: string, given?: Json) => (await wire.ask(verb, given)).result;
  /** What was begun to be written, by conversation and thread. */
  const drafts = new Map<string, string>();
  let toasts = 0;
  let later: ReturnType<typeof setTimeout> | undefined;

  function toast(text: string) {
    const id = ++toasts;
    dispatch({ type: "toast", toast: { id, text } });
    setTimeout(() => dispatch({ type: "untoast", id }), TOAST_MS);
  }

  /** Does something; what Slack's client would not allow becomes a toast, and the answer is undefined. */
  async function act(verb: string, given?: Json): Promise<any> {
    try {
      const { result, act: number } = await wire.ask(verb, given);
      if (number !== null) set({ focus: { act: number } });
      return result ?? null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code !== "lost") toast(say()("failed", { code: error.code }));
      return undefined;
    }
  }

  async function places() {
    const [channels, users, people] = await Promise.all([see("channels"), see("people"), see("/people")]);
    set({
      channels: Object.fromEntries(channels.map((each: Json) => [each.id, each])),
      users: Object.fromEntries(users.map((each: Json) => [each.id, each])),
      people: people as Person[],
    });
  }

  /** Many changes at once are one look. */
  function placesLater() {
    clearTimeout(later);
    later = setTimeout(places, LATER_MS);
  }

  async function load(channel: string, before?: string, since?: string) {
    const asked = { channel, limit: PAGE_OF_MESSAGES, before: before ?? null, since: since ?? null };
    const messages: Message[] = await see("messages", asked);
    const whole = messages.filter((each) => !each.is_ephemeral).length < PAGE_OF_MESSAGES;
    dispatch({ type: "page", channel, messages, from: whole ? "" : messages[0]!.ts });
  }

  async function loadThread(channel: string, ts: string) {
    const messages: Message[] = await see("thread", { channel, ts });
    for (const message of messages) dispatch({ type: "message", channel, message });
    await seeStatus(channel, ts);
  }

  async function seeStatus(channel: string, ts: string) {
    const status = await see("status", { channel, thread_ts: ts });
    dispatch({ type: "status", channel, ts, status });
    if (status.seconds > 0) setTimeout(() => void seeStatus(channel, ts), status.seconds * 1000 + LATER_MS);
  }

  async function start() {
    const [me, app, prompts, home, views, bot] = await Promise.all([
      see("me"),
      see("app"),
      see("suggested_prompts"),
      see("home"),
      see("views"),
      see("/bot"),
    ]);
    await places();
    set({ me, app, prompts, home, views, bot, line: "open" });
    const first = state().place || Object.values(state().channels).find((each) => each.is_member && each.is_channel)?.id;
    if (first) await go(first, { keep: true });
  }

  async function go(channel: string, { keep = false, pane = "main" as State["pane"] } = {}) {
    const app = state().app;
    const unread = state().channels[channel];
    const newFrom = unread?.unread ? (unread.last_read as string) : "";
    set({ newFrom, place: channel, pane, thread: keep ? state().thread : null, tab: "messages", flash: "", jump: "" });
    if (app && channel === app.channel) await act("open_messages_tab");
    if (!state().known[channel]) await load(channel);
    await read(channel);
  }

  async function read(channel: string) {
    const known = state().channels[channel];
    const isMember = channel === state().app?.channel || (known?.members as string[] | undefined)?.includes(state().me?.id);
    if (isMember) await see("read", { channel });
  }

  async function openHome() {
    set({ tab: "home", place: state().app!.channel, thread: null, pane: "main" });
    await act("open_home");
  }

  async function openThread(channel: string, ts: string) {
    set({ thread: { channel, ts } });
    await loadThread(channel, ts);
  }

  /** Goes to where a permalink of this workspace leads. */
  async function follow(url: string): Promise<boolean> {
    const found = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)(?:\/p(\d{10})(\d{6}))?/.exec(url);
    if (!found) return false;
    const channel = found[1]!;
    if (!state().channels[channel]) {
      toast(say()("failed", { code: "channel_not_found" }));
      return true;
    }
    await go(channel);
    if (found[2]) await show(channel, `${found[2]}.${found[3]}`, new URL(url).searchParams.get("thread_ts"));
    return true;
  }

  async function show(channel: string, ts: string, root: string | null) {
    const top = root ?? ts;
    const { from } = state().known[channel]!;
    if (from > top) await load(channel, from, top);
    set({ flash: ts, jump: top });
    const message = state().known[channel]!.messages[top];
    if (root || message?.reply_count) await openThread(channel, top);
  }

  async function hear(news: Json) {
    switch (news.type) {
      case "message":
        dispatch({ type: "message", channel: news.channel, message: news.message });
        return heard(news.channel, news.message);
      case "gone":
        return dispatch({ type: "gone", channel: news.channel, ts: news.ts });
      case "status":
        openWork(news.channel, news.thread_ts);
        return seeStatus(news.channel, news.thread_ts);
      case "places":
      case "read":
        return placesLater();
      case "views":
        return set({ views: await see("views") });
      case "home":
        return set({ home: await see("home") });
      case "prompts":
        return set({ prompts: await see("suggested_prompts") });
      case "toasts": {
        const said: string[] = await see("toasts");
        return toast(said.at(-1) === "operation_timeout" ? say()("notAnswered") : say()("failed", { code: said.at(-1) ?? "" }));
      }
      case "bot":
        return dispatch({ type: "bot", connections: news.connections });
      case "reset":
        set({ known: {}, thread: null, views: [], home: null, focus: null, statuses: {}, flash: "", jump: "" });
        return start();
    }
  }

  /** A message somebody else wrote is read when it is on the screen, and else counts as unread. */
  function heard(channel: string, message: Message) {
    const { place, tab, me, app } = state();
    const onScreen = place === channel && tab === "messages" && document.visibilityState === "visible";
    if (onScreen && message.user !== me?.id) void read(channel);
    placesLater();
    const root = message.thread_ts;
    if (message.user === app?.user && root && root !== message.ts) openWork(channel, root);
  }

  /** The app works on, or answers, what one asked in its direct message: that is seen as it goes. */
  function openWork(channel: string, root: string) {
    const { place, tab, me, app, thread, known } = state();
    const onScreen = place === channel && tab === "messages" && document.visibilityState === "visible";
    const asked = known[channel]?.messages[root];
    if (channel === app?.channel && onScreen && !thread && asked?.user === me?.id) void openThread(channel, root);
  }

  async function post(channel: string, text: string, more: Json = {}) {
    return act("post", { channel, text, ...more });
  }

  async function slash(channel: string, line: string) {
    const [command, ...words] = line.split(" ");
    return act("slash", { command, text: words.join(" ").trim(), channel });
  }

  const trace = (focus: Focus) => see("/trace", focus);
  const jobs = (focus: Focus) => see("/jobs", focus);

  return {
    drafts, act, see, set, toast, start, go, load, openHome, openThread, follow, hear, post, slash, trace, jobs, keyOf,
    reset: async () => {
      await see("/reset");
      toast(say()("resetDone"));
    },
  };
}
