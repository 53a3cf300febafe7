// Modals on top of modals: only the topmost can be used.
import { Icon } from "./icons";
import { useState } from "react";
import { Blocks } from "./blocks/blocks";
import { plain } from "./blocks/words";
import { Dialog } from "./popup";
import type { View } from "./state";
import { useWindow } from "./window";
import { Refused } from "./wire";

const FAULTS = ["required", "too_short", "too_long", "wrong_format", "out_of_range", "too_many"] as const;
type Fault = (typeof FAULTS)[number];

export function Modals() {
  const { state } = useWindow();
  return state.views.map((view) => <Modal key={view.id} view={view} />);
}

function Modal({ view }: { view: View }) {
  const { state, does, say } = useWindow();
  const [fault, setFault] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const close = () => void does.act("close", { view_id: view.id });

  async function submit() {
    setFault({});
    setBusy(true);
    try {
      await does.see("submit", { view_id: view.id });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (FAULTS.includes(error.code as Fault)) setFault({ [error.detail]: say(error.code as Fault) });
      else does.toast(say("failed", { code: error.code }));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog label={plain(view.title)} className="modal" onClose={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <h2>{plain(view.title)}</h2>
          <button type="button" className="round" aria-label={say("close")} onClick={close}><Icon name="close" /></button>
        </header>
        <div className="scroll" tabIndex={-1}>
          <Blocks blocks={view.blocks} place={{ view }} errors={{ ...view.errors, ...fault }} />
        </div>
        <footer>
          <small>{say("formFrom", { name: state.app!.name })}</small>
          <button type="button" className="plain" onClick={close}>{plain(view.close) || say(view.submit ? "cancel" : "close")}</button>
          {view.submit && <button type="submit" className="primary" disabled={busy}>{plain(view.submit)}</button>}
        </footer>
      </form>
    </Dialog>
  );
}
