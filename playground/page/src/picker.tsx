// The emoji picker: by group, or by a word in Japanese or English.
import { useEffect, useMemo, useState } from "react";
import { allEmoji, emojiOf, type Emoji } from "./emoji";
import { Icon } from "./icons";
import { Popup } from "./popup";
import { useWindow } from "./window";

const USUAL = ["bulb", "eyes", "+1", "raised_hands", "white_check_mark", "tada", "heart", "joy", "thinking_face", "pray"];
const MOST = 300;

export function Picker({ onChoose }: { onChoose: (name: string) => void }) {
  const { say } = useWindow();
  return (
    <Popup label={say("addReaction")} sign={<Icon name="face" />} role="dialog">
      {(close) => (
        <Grid
          onChoose={(name) => {
            close();
            onChoose(name);
          }}
        />
      )}
    </Popup>
  );
}

function Grid({ onChoose }: { onChoose: (name: string) => void }) {
  const { say } = useWindow();
  const [all, setAll] = useState<Emoji[]>([]);
  const [wanted, setWanted] = useState("");
  useEffect(() => void allEmoji().then(setAll), []);

  const found = useMemo(() => {
    const words = wanted.trim().toLowerCase().replaceAll(":", "").split(/\s+/).filter(Boolean);
    const fits = ([, names, , said]: Emoji) => words.every((word) => said.includes(word) || names.some((name) => name.includes(word)));
    return all.filter(fits).sort((a, b) => exact(b, words) - exact(a, words)).slice(0, MOST);
  }, [all, wanted]);

  return (
    <div className="picker">
      <input
        type="search"
        value={wanted}
        placeholder={say("emojiSearch")}
        aria-label={say("emojiSearch")}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0]) onChoose(found[0][1][0]!);
        }}
      />
      {!wanted && <div className="grid">{USUAL.map((name) => <One key={name} name={name} character={emojiOf(name)} onChoose={onChoose} />)}</div>}
      <div className="grid" role="group" aria-label={say("emojiSearch")}>
        {found.map(([character, names]) => <One key={names[0]} name={names[0]!} character={character} onChoose={onChoose} />)}
      </div>
      {!found.length && all.length > 0 && <p>{say("noMatch")}</p>}
    </div>
  );
}

function One({ name, character, onChoose }: { name: string; character: string; onChoose: (name: string) => void }) {
  return (
    <button type="button" title={`:${name}:`} aria-label={`:${name}:`} onClick={() => onChoose(name)}>
      {character}
    </button>
  );
}

const exact = ([, names]: Emoji, words: string[]) => Number(words.length === 1 && names.includes(words[0]!));
