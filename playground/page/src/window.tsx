// One window: one person's line, state and language, for all parts of the screen.
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { doing, type Doing } from "./doing";
import { begin, reduce, type Action, type State } from "./state";
import { openWire } from "./wire";
import { saying, type Language, type Say } from "./words";

interface Window {
  state: State;
  does: Doing;
  say: Say;
  language: Language;
}

const Here = createContext<Window | null>(null);

export function useWindow(): Window {
  return useContext(Here)!;
}

export function languageOf(locale: string | undefined): Language {
  return (locale ?? navigator.language).startsWith("ja") ? "ja" : "en";
}

export function Person({ token, handle, children }: { token: string; handle: string; children: ReactNode }) {
  const latest = useRef(begin);
  const [state, show] = useState(begin);
  const language = languageOf(state.me?.locale);
  const say = useMemo(() => saying(language), [language]);
  const sayNow = useRef(say);
  sayNow.current = say;
  const does = useRef<Doing | null>(null);

  useEffect(() => {
    // What is done next looks at what was said last, also before the screen has shown it.
    const dispatch = (action: Action) => show((latest.current = reduce(latest.current, action)));
    const wire = openWire(token, handle, (news) => void does.current?.hear(news), (line) => {
      if (line === "open") void does.current?.start();
      else dispatch({ type: "set", parts: { line } });
    });
    does.current = doing({ wire, dispatch, state: () => latest.current, say: () => sayNow.current });
    return () => wire.close();
  }, [token, handle]);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);

  if (!does.current || state.line === "refused" || !state.me || !state.app) {
    return <p className="notice" role="status">{say(state.line === "refused" ? "refused" : "opening")}</p>;
  }
  return <Here.Provider value={{ state, does: does.current, say, language }}>{children}</Here.Provider>;
}
