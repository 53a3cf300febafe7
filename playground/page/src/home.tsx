// The app's Home tab.
import { AppTabs } from "./channel";
import { Blocks } from "./blocks/blocks";
import { useWindow } from "./window";

export function Home() {
  const { state, say } = useWindow();
  return (
    <main className="main" aria-label={say("home")}>
      <header className="head">
        <h1>{state.app!.name}</h1>
        <AppTabs />
      </header>
      <div className="scroll home" tabIndex={0}>
        {state.home ? <Blocks blocks={state.home.blocks} place={{ view: state.home }} /> : <p className="empty">{say("homeEmpty")}</p>}
      </div>
    </main>
  );
}
