// Builds the page into dist/: the same input gives the same bytes. `node build.mjs --out DIR` builds elsewhere.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const at = process.argv.indexOf("--out");
const out = at > 0 ? process.argv[at + 1] : new URL("dist", import.meta.url).pathname;

const data = async (path) => JSON.parse(await readFile(require.resolve(`emojibase-data/${path}`), "utf8"));
const list = (one) => (Array.isArray(one) ? one : one ? [one] : []);

// Slack's names are those of iamcal/emoji-data; people search in Japanese and in English.
async function emoji() {
  const [names, en, ja] = await Promise.all(["en/shortcodes/iamcal.json", "en/data.json", "ja/data.json"].map(data));
  const japanese = new Map(ja.map((each) => [each.hexcode, each]));
  return en
    .filter((each) => names[each.hexcode] && each.group !== undefined)
    .sort((a, b) => a.order - b.order)
    .map((each) => {
      const other = japanese.get(each.hexcode);
      const words = [each.label, ...list(each.tags), other?.label, ...list(other?.tags)];
      return [each.emoji, list(names[each.hexcode]), each.group, words.filter(Boolean).join(" ").toLowerCase()];
    });
}

await mkdir(out, { recursive: true });
const found = await emoji();
await writeFile(`${out}/emoji.json`, JSON.stringify(found));
const byName = Object.fromEntries(found.flatMap(([character, names]) => names.map((name) => [name, character])));

await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: { page: "src/main.tsx" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  charset: "utf8",
  alias: { "node-emoji": "./src/node-emoji.ts" },
  define: { "process.env.NODE_ENV": '"production"', EMOJI_BY_NAME: JSON.stringify(byName) },
  logLevel: "warning",
});
await copyFile(new URL("src/index.html", import.meta.url), `${out}/index.html`);
