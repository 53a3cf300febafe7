import { hueOf } from "./names";

/** Drawn here: no picture is fetched from anywhere. */
export function Avatar({ id, name, app = false, small = false }: { id: string; name: string; app?: boolean; small?: boolean }) {
  const letter = app ? "拠" : ([...name][0] ?? "?").toUpperCase();
  const background = app ? "#2f5d50" : `hsl(${hueOf(id)} 45% 32%)`;
  return (
    <span className={`avatar ${small ? "small" : ""}`} style={{ background }} aria-hidden="true">
      {letter}
    </span>
  );
}
