// Menus and small panels over everything else, beside what opened them; the browser closes them by Esc and outside clicks.
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";

interface Opened {
  label: string;
  sign: ReactNode;
  className?: string;
  role?: "menu" | "dialog" | "listbox";
  disabled?: boolean;
  children: (close: () => void) => ReactNode;
}

const EDGE = 8;

export function Popup({ label, sign, className = "", role = "menu", disabled, children }: Opened) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const shown = panel.current;
    if (!open || !shown || !button.current) return;
    shown.showPopover();
    const at = button.current.getBoundingClientRect();
    const { width, height } = shown.getBoundingClientRect();
    const below = at.bottom + height + EDGE < innerHeight;
    const top = below ? at.bottom + 4 : Math.max(EDGE, at.top - height - 4);
    shown.style.top = `${top}px`;
    shown.style.left = `${Math.max(EDGE, Math.min(at.left, innerWidth - width - EDGE))}px`;
    shown.querySelector<HTMLElement>("input, button, [tabindex]")?.focus();
  }, [open]);

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup={role}
        aria-expanded={open}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {sign}
      </button>
      {open && (
        <div
          ref={panel}
          popover="auto"
          className="popup"
          role={role}
          aria-label={label}
          onToggle={(event) => event.newState === "closed" && setOpen(false)}
          onKeyDown={moveByArrows}
        >
          {children(() => panel.current?.hidePopover())}
        </div>
      )}
    </>
  );
}

function moveByArrows(event: React.KeyboardEvent<HTMLElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role^=menuitem], [role=option]")];
  if (!items.length) return;
  event.preventDefault();
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export function Item({ onChoose, children, danger = false }: { onChoose: () => void; children: ReactNode; danger?: boolean }) {
  return (
    <button type="button" role="menuitem" className={danger ? "item danger" : "item"} onClick={onChoose}>
      {children}
    </button>
  );
}

/** A question before something that cannot be undone, or that an app wants confirmed. */
export function Confirm({ title, text, yes, no, danger, onYes, onNo }: {
  title?: string;
  text: string;
  yes: string;
  no: string;
  danger?: boolean;
  onYes: () => void;
  onNo: () => void;
}) {
  return (
    <Dialog label={title ?? text} className="confirm" onClose={onNo}>
      {title && <h2>{title}</h2>}
      <p className="pre">{text}</p>
      <footer>
        <button type="button" className="plain" onClick={onNo}>{no}</button>
        <button type="button" className={danger ? "danger-button" : "primary"} onClick={onYes}>{yes}</button>
      </footer>
    </Dialog>
  );
}

/** The browser's own modal dialog: it keeps the focus and lies on top of those opened before. */
export function Dialog({ label, className = "", onClose, children }: {
  label: string;
  className?: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const shown = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (!shown.current?.open) shown.current?.showModal();
    shown.current?.querySelector<HTMLElement>(".scroll :is(input, textarea, select), input")?.focus();
  }, []);
  return (
    <dialog
      ref={shown}
      className={className}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}
