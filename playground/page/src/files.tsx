// Files of a message, and files on their way: chosen in a form or beside a message that is being written.
import { useState } from "react";
import type { Held, Use } from "./blocks/control";
import { Icon } from "./icons";
import { FilePicture } from "./picture";
import { useWindow } from "./window";
import { Refused, type Json } from "./wire";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const READABLE = /^text\/|^application\/(json|xml|x-yaml|toml)$/;
export const MOST_BYTES = 10_000_000;

export interface Attached {
  name: string;
  mimetype: string;
  content_base64: string;
}

export async function encoded(file: File): Promise<Attached> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return { name: file.name, mimetype: file.type || "text/plain", content_base64: btoa(binary) };
}

export function FileBox({ file }: { file: Json }) {
  const { does } = useWindow();
  const [text, setText] = useState<string | null>(null);
  const label = <><Icon name="file" /> {file.title} <small>{file.pretty_type} · {file.size} B</small></>;
  if (PICTURES.includes(file.mimetype)) {
    return <figure className="picture"><figcaption>{label}</figcaption><FilePicture id={file.id} words={file.alt_txt ?? file.title} /></figure>;
  }
  if (!READABLE.test(file.mimetype)) return <p className="file"><span>{label}</span></p>;
  const open = async () => setText(text === null ? ((await does.see("file", { file_id: file.id })).text as string) : null);
  return (
    <div className="file">
      <button type="button" aria-expanded={text !== null} onClick={() => void open()}>{label}</button>
      {text !== null && <pre tabIndex={0}>{text}</pre>}
    </div>
  );
}

export function FileInput({ use, held }: { use: Use; held: Held }) {
  const { does, say } = useWindow();
  const [fault, setFault] = useState("");
  const { element, block, place } = use;
  const files: Json[] = held.value ?? [];
  const most = element.max_files ?? 10;

  async function choose(given: (Json | Attached)[]) {
    if (!place || !("view" in place)) return;
    setFault("");
    const where = { view_id: place.view.id, block_id: block.block_id, action_id: element.action_id };
    try {
      await does.see("attach", { ...where, files: given });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setFault(error.code === "wrong_format" ? say("fileTypes", { types: element.filetypes.join(", ") }) : say(error.code === "too_large" ? "tooLarge" : "too_many"));
    }
  }

  async function add(list: FileList | null) {
    const given = [...(list ?? [])];
    if (given.some((each) => each.size > MOST_BYTES)) return setFault(say("tooLarge"));
    await choose([...files.map((each) => ({ id: each.id })), ...(await Promise.all(given.map(encoded)))]);
  }

  return (
    <div className="file-input">
      <input
        id={use.id}
        type="file"
        multiple={most > 1}
        accept={element.filetypes?.map((each: string) => `.${each}`).join(",")}
        aria-describedby={use.describedBy}
        aria-invalid={use.invalid || undefined}
        onChange={(event) => {
          void add(event.target.files);
          event.target.value = "";
        }}
      />
      {fault && <p className="error" role="alert">{fault}</p>}
      {files.map((each) => (
        <button
          key={each.id}
          type="button"
          className="plain"
          aria-label={say("removeFile", { name: each.name })}
          onClick={() => void choose(files.filter((other) => other !== each).map((other) => ({ id: other.id })))}
        >
          <Icon name="file" /> {each.name} <Icon name="close" />
        </button>
      ))}
    </div>
  );
}
