// What slack-blocks-to-jsx needs of node-emoji, with Slack's names and a fifth of the weight.
import { emojiOf } from "./emoji";

export function emojify(text: string): string {
  return text.replace(/:([\w+'-]+):/g, (_, name: string) => emojiOf(name));
}
