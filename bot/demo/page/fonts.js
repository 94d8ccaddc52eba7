// The fonts that a mail needs. It names those that mail programs have; a browser may have none of them, or none with
// these letters. It stands in a frame without an origin, which may fetch nothing: so they are written into it.
const NEEDED = [
  ["emoji.woff2", "Emoji of the page", "normal", /\p{Extended_Pictographic}/u],
  ["arabic-400.woff2", "Letters of the page", "400", /\p{Script=Arabic}/u],
  ["arabic-700.woff2", "Letters of the page", "700", /\p{Script=Arabic}/u],
  ["devanagari-400.woff2", "Letters of the page", "400", /\p{Script=Devanagari}/u],
  ["devanagari-700.woff2", "Letters of the page", "700", /\p{Script=Devanagari}/u],
];
const RANGES = { arabic: "U+0600-06FF,U+0750-077F,U+FB50-FDFF,U+FE70-FEFF", devanagari: "U+0900-097F,U+A8E0-A8FF,U+20B9" };
const fetched = new Map();

// Returns the style that brings them. Ours for emoji comes first, as it has nothing else: what stands in for Helvetica
// may have boxes for them.
export async function fontsFor(text) {
  const wanted = NEEDED.filter(([, , , letters]) => letters.test(text));
  if (!wanted.length) return "";
  const faces = await Promise.all(wanted.map(face));
  return `<style>${faces.join("")}
body{font-family:"Emoji of the page",Helvetica,Arial,"Letters of the page",sans-serif !important}</style>`;
}

async function face([file, family, weight]) {
  if (!fetched.has(file)) fetched.set(file, asBase64(file));
  const data = await fetched.get(file).catch(() => "");
  const range = RANGES[file.split("-")[0]];
  return `@font-face{font-family:"${family}";font-weight:${weight};src:url(data:font/woff2;base64,${data})${range ? `;unicode-range:${range}` : ""}}`;
}

async function asBase64(file) {
  const answer = await fetch(`/page/${file}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
