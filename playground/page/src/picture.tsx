// Pictures: drawn when they lie in this Slack; others are a labelled box, because no request leaves this machine.
import { useEffect, useState } from "react";
import { useWindow } from "./window";
import type { Json } from "./wire";

/** The id of the file that an image block or element shows, when it is one of this Slack's. */
export function fileOf(image: Json): string | undefined {
  const at = String(image.slack_file?.url ?? image.image_url ?? "");
  return image.slack_file?.id ?? /\/files(?:-pri)?\/[\w-]*?(F[0-9A-Z]+)\//.exec(at)?.[1];
}

export function Picture({ image }: { image: Json }) {
  const id = fileOf(image);
  const title = image.title?.text as string | undefined;
  if (!id) return <NotHere kind="image" title={title} words={image.alt_text} />;
  return (
    <figure className="picture">
      {title && <figcaption>{title}</figcaption>}
      <FilePicture id={id} words={image.alt_text ?? title ?? ""} />
    </figure>
  );
}

export function FilePicture({ id, words }: { id: string; words: string }) {
  const { does } = useWindow();
  const [source, setSource] = useState<string | null>("");
  useEffect(() => {
    let over = false;
    const shown = ({ mimetype, picture }: Json) => !over && setSource(picture ? `data:${mimetype};base64,${picture}` : null);
    does.see("file", { file_id: id }).then(shown, () => !over && setSource(null));
    return () => {
      over = true;
    };
  }, [id]);
  if (source === null) return <NotHere kind="image" words={words} />;
  return source ? <img src={source} alt={words} onError={() => setSource(null)} /> : <p className="picture-coming" aria-busy="true">{words}</p>;
}

/** What lies elsewhere, or is not shown: its kind, its title, and what it says of itself. */
export function NotHere({ kind, title, words, more }: { kind: string; title?: string; words?: string; more?: string }) {
  const { say } = useWindow();
  return (
    <div className="not-drawn" data-kind={kind}>
      {title && <b>{title}</b>}
      {words && <span>{words}</span>}
      {more && <span>{more}</span>}
      <small>{say("notDrawn", { type: kind })}</small>
    </div>
  );
}
