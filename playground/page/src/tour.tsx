// Five steps that point at what to do next; the visitor does it.
import { Icon } from "./icons";
import { useEffect, useState } from "react";
import { useWindow } from "./window";
import type { Language } from "./words";

/** Whose message a visitor is shown, by its key in the demo company, and what to ask afterwards. */
const STORIES = {
  ja: { key: "excel-kansu-prompt", root: "excel-kansu", channel: "ai-tips", visitor: "shiori", author: "mika" },
  en: { key: "interview-guide-attack", root: "interview-guide", channel: "ai-tips", visitor: "tom", author: "ben" },
} as const;

const STEPS: Record<Language, { title: string; text: string; show?: string; be?: "visitor" | "author" }[]> = {
  en: [
    { title: "React", text: "Somebody told how they do it. Point at the message, and press 💡. It is your first time, so the bot asks you in its direct message; say yes there.", show: "Show the message", be: "visitor" },
    { title: "Decide", text: "Nobody sees the tip without its author's yes. Be the author, open the bot's direct message, and read the card. Share it, with your name or without.", show: "Open the direct message", be: "author" },
    { title: "Ask", text: "Be somebody else and ask the bot in its direct message, in your own words: how do others check interview questions with AI?", show: "Open the direct message", be: "visitor" },
    { title: "Share", text: "Write down something you learned: type /share-tip, or press ⚡ and choose “Share a tip”.", show: "Show the message field" },
    { title: "Look round", text: "Open the app's Home. Press 🎭 to see what the bot was told and what it called. Be a guest, or open a second window. ↺ brings everything back.", show: "Open Home" },
  ],
  ja: [
    { title: "リアクションする", text: "だれかが自分のやり方を話しています。メッセージに近づいて 💡 を押してください。初めてなので、ボットがDMで確かめます。そこで答えてください。", show: "メッセージを見る", be: "visitor" },
    { title: "決める", text: "本人がよいと言うまで、だれにも見えません。書いた本人になって、ボットのDMでカードを読んでください。名前を出しても、出さなくても共有できます。", show: "DMを開く", be: "author" },
    { title: "聞く", text: "ほかの人になって、ボットのDMで自分の言葉で聞いてみてください。「Excel 2019の式で施設コードごとに新しい行だけ出すには、みんなはAIにどう聞いてる？」", show: "DMを開く", be: "visitor" },
    { title: "共有する", text: "学んだことを書いてみてください。/share-tip と打つか、⚡ から「Share a tip」を選びます。", show: "入力欄を見る" },
    { title: "見て回る", text: "アプリのホームを開いてください。🎭 で、ボットが何を聞き、何を呼び出したかが見えます。ゲストになる、別のウィンドウで開くこともできます。↺ で最初に戻ります。", show: "ホームを開く" },
  ],
};
const WORDS = {
  en: { tour: "Tour", next: "Next", back: "Back", close: "Close the tour", be: "Be {name}", done: "Done" },
  ja: { tour: "ツアー", next: "次へ", back: "前へ", close: "ツアーを閉じる", be: "{name}さんになる", done: "終わる" },
};
const STEP = "yoridokoro-tour-step";

export function Tour({ be, onClose }: { be: (handle: string) => void; onClose: () => void }) {
  const { state, does, language } = useWindow();
  const [step, setStep] = useState(() => Number(sessionStorage.getItem(STEP) ?? 0));
  const story = STORIES[language];
  const words = WORDS[language];
  const { title, text, show, be: role } = STEPS[language][step]!;
  const wanted = state.people.find((each) => role && each.handle === story[role]);
  const mustChange = wanted && wanted.id !== state.me!.id;

  useEffect(() => sessionStorage.setItem(STEP, String(step)), [step]);

  async function point() {
    if (step === 0) {
      const channel = Object.values(state.channels).find((each) => each.name === story.channel);
      const keys = (await does.see("/keys")) as Record<string, string>;
      if (!channel) return;
      await does.go(channel.id);
      const link = `https://demo.slack.com/archives/${channel.id}/p${keys[story.key]!.replace(".", "")}?thread_ts=${keys[story.root]}`;
      await does.follow(link);
    } else if (step === 1 || step === 2) {
      await does.go(state.app!.channel);
    } else if (step === 3) {
      document.querySelector<HTMLElement>(".main .composer textarea")?.focus();
    } else {
      await does.openHome();
    }
  }

  return (
    <section className="tour" aria-label={words.tour}>
      <header>
        <h2>{step + 1}/{STEPS[language].length} {title}</h2>
        <button type="button" className="round" aria-label={words.close} onClick={onClose}><Icon name="close" /></button>
      </header>
      <p>{text}</p>
      <footer>
        {mustChange ? (
          <button type="button" className="primary" onClick={() => be(wanted.handle)}>{words.be.replace("{name}", wanted.name)}</button>
        ) : (
          show && <button type="button" className="primary" onClick={() => void point()}>{show}</button>
        )}
        <button type="button" className="plain" disabled={step === 0} onClick={() => setStep(step - 1)}>{words.back}</button>
        {step < STEPS[language].length - 1 ? (
          <button type="button" className="plain" onClick={() => setStep(step + 1)}>{words.next}</button>
        ) : (
          <button type="button" className="plain" onClick={onClose}>{words.done}</button>
        )}
      </footer>
    </section>
  );
}
