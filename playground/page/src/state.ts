// What one window shows, and how each piece of news changes it. State flows one way: news and answers → reduce → screen.
import type { Json } from "./wire";

export interface Message extends Json {
  ts: string;
  text?: string;
  user?: string;
  thread_ts?: string;
}

export interface Channel extends Json {
  id: string;
  name?: string;
  unread: number;
}

export interface Person {
  id: string;
  handle: string;
  name: string;
  real_name: string;
  title: string;
  locale: string;
  role: string;
  waiting: number;
}

export interface View extends Json {
  id: string;
  blocks: Json[];
  errors?: Record<string, string>;
}

export interface Toast {
  id: number;
  text: string;
}

/** What the drawer looks at: something done here, or a message. */
export type Focus = { act: number } | { channel: string; ts: string };

export interface Known {
  messages: Record<string, Message>;
  /** The ts from which on everything at top level is here; "" when all of it is. */
  from: string;
}

export type Tab = "home" | "messages";

export interface State {
  line: "opening" | "open" | "lost" | "refused";
  bot: { connections: number; ours: boolean };
  me: Json | null;
  app: Json | null;
  users: Record<string, Json>;
  people: Person[];
  channels: Record<string, Channel>;
  known: Record<string, Known>;
  place: string;
  tab: Tab;
  thread: { channel: string; ts: string } | null;
  views: View[];
  home: View | null;
  prompts: { title: string; prompts: { title: string; message: string }[] };
  statuses: Record<string, Json>;
  toasts: Toast[];
  focus: Focus | null;
  /** The message that was jumped to, and what stands for it at top level. */
  flash: string;
  jump: string;
  /** The ts after which everything was unread when this place was opened; "" when nothing was. */
  newFrom: string;
  pane: "sidebar" | "main";
}

export const begin: State = {
  line: "opening",
  bot: { connections: 0, ours: false },
  me: null,
  app: null,
  users: {},
  people: [],
  channels: {},
  known: {},
  place: "",
  tab: "messages",
  thread: null,
  views: [],
  home: null,
  prompts: { title: "", prompts: [] },
  statuses: {},
  toasts: [],
  focus: null,
  flash: "",
  jump: "",
  newFrom: "",
  pane: "main",
};

export type Action =
  | { type: "set"; parts: Partial<State> }
  | { type: "page"; channel: string; messages: Message[]; from: string }
  | { type: "message"; channel: string; message: Message }
  | { type: "gone"; channel: string; ts: string }
  | { type: "status"; channel: string; ts: string; status: Json }
  | { type: "toast"; toast: Toast }
  | { type: "untoast"; id: number }
  | { type: "bot"; connections: number };

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "set":
      return { ...state, ...action.parts };
    case "page": {
      const before = state.known[action.channel];
      const messages = { ...before?.messages };
      for (const each of action.messages) messages[each.ts] = each;
      // Two pages may be on their way at once: what was loaded stays loaded.
      const from = before && before.from < action.from ? before.from : action.from;
      return { ...state, known: { ...state.known, [action.channel]: { messages, from } } };
    }
    case "message": {
      const known = state.known[action.channel];
      if (!known || !belongs(known, action.message)) return state;
      return withMessages(state, action.channel, { ...known.messages, [action.message.ts]: action.message });
    }
    case "gone": {
      const known = state.known[action.channel];
      if (!known) return state;
      const { [action.ts]: _, ...rest } = known.messages;
      return withMessages(state, action.channel, rest);
    }
    case "status":
      return { ...state, statuses: { ...state.statuses, [`${action.channel}:${action.ts}`]: action.status } };
    case "toast":
      return { ...state, toasts: [...state.toasts, action.toast] };
    case "untoast":
      return { ...state, toasts: state.toasts.filter((each) => each.id !== action.id) };
    case "bot":
      return { ...state, bot: { ...state.bot, connections: action.connections } };
  }
}

function withMessages(state: State, channel: string, messages: Record<string, Message>): State {
  const known = { ...state.known[channel]!, messages };
  return { ...state, known: { ...state.known, [channel]: known } };
}

/** A message from before what is loaded is shown once one scrolls there; until then it would stand beside a gap. */
function belongs(known: Known, message: Message): boolean {
  return message.ts in known.messages || message.ts >= known.from || !isTopLevel(message);
}

export function isTopLevel(message: Message): boolean {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

export function timeline(known: Known | undefined): Message[] {
  const shown = Object.values(known?.messages ?? {}).filter((each) => isTopLevel(each) && each.ts >= (known?.from ?? ""));
  return shown.sort(byTs);
}

export function threadOf(known: Known | undefined, ts: string): Message[] {
  const shown = Object.values(known?.messages ?? {}).filter((each) => each.ts === ts || each.thread_ts === ts);
  return shown.sort(byTs);
}

const byTs = (one: Message, other: Message) => (one.ts < other.ts ? -1 : 1);

export const keyOf = (channel: string, ts: string) => `${channel}:${ts}`;
