// How a cell is written and what marks come to: the server's rules again, so that the answer is at once.
export const UNCOUNTED = ["ЗЧ", "НЗ", "ОСВ", "Н/А"];
export const MOST_MARKS = 2;

const LATIN = "ABCEHKMOPTXY";
const CYRILLIC = "АВСЕНКМОРТХУ";
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё";

/** What was typed is no mark and no attendance letter here; `reason` names a text, `token` is what was meant. */
export class Unreadable extends Error {
  constructor(reason, token = "") {
    super(reason);
    this.reason = reason;
    this.token = token;
  }
}

/** Capitals, Latin look-alikes as the Cyrillic letters that were meant. */
export function normal(typed) {
  const upper = typed.normalize("NFC").toUpperCase().replace(/\s+/g, " ").trim();
  return [...upper].map((sign) => (LATIN.includes(sign) ? CYRILLIC[LATIN.indexOf(sign)] : sign)).join("");
}

/** Marks and attendance letter that `typed` means; throws Unreadable. */
export function readCell(typed, scale, letters) {
  const known = new Map([...scale, ...UNCOUNTED].map((mark) => [mark.replaceAll("/", ""), mark]));
  const marks = [];
  const found = [];
  const text = normal(typed).replace(/(^|[^А-ЯЁ0-9])Н\s*\/\s*А(?![А-ЯЁ0-9])/g, "$1НА");
  for (const token of text.split(/[\s/,;]+/)) {
    for (const part of parts(token, known, letters)) {
      if (known.has(part)) marks.push(known.get(part));
      else if (letters.includes(part)) found.push(part);
      else throw new Unreadable("off_scale", token);
    }
  }
  if (marks.length > MOST_MARKS || found.length > 1) throw new Unreadable("too_many");
  return { marks, letter: found.join("") };
}

function parts(token, known, letters) {
  if (!token) return [];
  if (known.has(token) || letters.includes(token)) return [token];
  for (const letter of letters) {
    if (token.startsWith(letter) && known.has(token.slice(letter.length))) return [letter, token.slice(letter.length)];
    if (token.endsWith(letter) && known.has(token.slice(0, -letter.length))) return [token.slice(0, -letter.length), letter];
  }
  return [token];
}

/** `text` with one more sign typed: marks that are complete are joined by themselves, 4 and 5 to 4/5. */
export function append(text, sign, scale, letters) {
  const known = [...scale, ...UNCOUNTED, ...letters];
  const last = text.split(/[\s/]/).at(-1);
  const whole = text.split(" ").at(-1);
  const goesOn = known.some((one) => one.startsWith(last + sign) || one.startsWith(whole + sign));
  if (!last || sign === "/" || goesOn || !known.includes(last)) return text + sign;
  return text + (letters.includes(last) || letters.includes(sign) ? " " : "/") + sign;
}

/** The sign that a key stands for in a cell, with either keyboard layout; "" for none. */
export function signOf(event, scale, letters) {
  const { key, code } = event;
  if (code === "Slash" || code === "NumpadDivide" || key === "/") return "/";
  if (key.length !== 1) return "";
  if (/\d/.test(key)) return key;
  const signs = new Set([...scale, ...UNCOUNTED, ...letters].join(""));
  const place = LATIN_KEYS.indexOf(key.toLowerCase());
  const candidates = [key.toUpperCase(), place < 0 ? "" : RUSSIAN_KEYS[place].toUpperCase(), normal(key)];
  return candidates.find((sign) => sign && signs.has(sign) && sign !== "/") ?? "";
}

/** Σ(mark·weight)/Σ(weight) in hundredths, half up; null without a mark that counts. `given` are [mark, weight]. */
export function hundredths(given) {
  let total = 0;
  let weights = 0;
  for (const [mark, weight] of given) {
    if (!/^\d+$/.test(mark)) continue;
    const tenths = Math.round(Number(weight) * 10);
    total += Number(mark) * tenths;
    weights += tenths;
  }
  return weights ? Math.floor((200 * total + weights) / (2 * weights)) : null;
}
