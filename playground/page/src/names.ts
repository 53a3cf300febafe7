// What people, channels and moments are called on the screen.
import type { Channel, State } from "./state";
import type { Json } from "./wire";
import type { Language, Say } from "./words";

export function nameOfUser(user: Json | undefined): string {
  return user?.profile?.display_name || user?.real_name || user?.name || "?";
}

export function nameOf(state: State, channel: Channel | undefined): string {
  if (!channel) return "";
  if (channel.is_im) return channel.user === state.app?.user ? state.app!.name : nameOfUser(state.users[channel.user]);
  if (channel.is_mpim) {
    const others = (channel.members as string[]).filter((each) => each !== state.me?.id);
    return others.map((each) => nameOfUser(state.users[each])).join(", ");
  }
  return channel.name ?? "";
}

export function signOf(channel: Channel): string {
  return channel.is_im || channel.is_mpim ? "" : channel.is_private ? "🔒" : "#";
}

/** A text as its author typed it: people, channels and links by their names, characters as they are. */
export function asTyped(wire: string, users: Record<string, Json>): string {
  return wire
    .replace(/<@(\w+)>/g, (whole, id) => (users[id] ? `@${users[id].name}` : whole))
    .replace(/<#\w+\|([^<>]+)>/g, "#$1")
    .replace(/<!(here|channel|everyone)>/g, "@$1")
    .replace(/<(https?:[^<>|]+)>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

export function momentOf(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

export function timeOf(ts: string, language: Language): string {
  return momentOf(ts).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}

/** When something was, in few words: the time of today, else the day. */
export function whenOf(ts: string, language: Language, say: Say): string {
  const day = dayOf(ts, language, say);
  if (day === say("today")) return timeOf(ts, language);
  return day === say("yesterday") ? day : momentOf(ts).toLocaleDateString(language, { month: "short", day: "numeric" });
}

export function dayOf(ts: string, language: Language, say: Say): string {
  const day = momentOf(ts);
  const ago = Math.round((startOf(new Date()) - startOf(day)) / 86_400_000);
  if (ago === 0) return say("today");
  if (ago === 1) return say("yesterday");
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return day.toLocaleDateString(language, { weekday: "long", month: "long", day: "numeric", year });
}

const startOf = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();

/** A colour that stays with somebody. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const each of id) hash = (hash * 31 + each.codePointAt(0)!) % 360;
  return hash;
}
