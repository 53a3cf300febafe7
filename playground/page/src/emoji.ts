// Emoji by Slack's names, drawn with the machine's own font.

declare const EMOJI_BY_NAME: Record<string, string>;

export function emojiOf(name: string): string {
  const [plain] = name.split("::");
  return Object.hasOwn(EMOJI_BY_NAME, plain!) ? EMOJI_BY_NAME[plain!]! : `:${name}:`;
}

/** [character, names, group, words to search by] */
export type Emoji = [string, string[], number, string];

let loading: Promise<Emoji[]> | undefined;

export function allEmoji(): Promise<Emoji[]> {
  loading ??= fetch("/page/emoji.json").then((response) => response.json());
  return loading;
}
