import { useWindow } from "./window";

export function Toasts() {
  const { state } = useWindow();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {state.toasts.map((each) => <p key={each.id}>{each.text}</p>)}
    </div>
  );
}
