// Text objects outside of blocks that the library draws: labels, options, hints.
import { emojify } from "../node-emoji";
import type { Json } from "../wire";
import { Shown } from "./blocks";

export function Words({ text }: { text: Json | undefined }) {
  if (!text) return null;
  if (text.type === "mrkdwn") return <Shown block={{ type: "section", text }} />;
  return <>{plain(text)}</>;
}

/** Where only characters can stand. */
export function plain(text: Json | undefined): string {
  return text ? emojify(String(text.text ?? "")) : "";
}
