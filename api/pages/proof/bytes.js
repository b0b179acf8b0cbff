// Bytes and their one accepted spelling, SHA-256, and the RFC 6962 tree. Everything refuses what would print differently.

/** Why something shows nothing: the stable code of docs/ERRORS.md. */
class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** This browser cannot check it; that says nothing about the proof. */
class Unsupported extends Error {}

function refuseUnless(holds, code) {
  if (!holds) throw new Refused(code);
}

const DIGEST_BYTES = 32;
const SIZE_LIMIT = 1n << 63n;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes, code) {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Refused(code);
  }
}

function toBase64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function fromBase64(text, length) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new Refused("Base64Malformed");
  }
  // atob forgives blanks, missing padding and stray bits; printing again does not.
  refuseUnless(btoa(binary) === text && (length === undefined || binary.length === length), "Base64Malformed");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function join(...parts) {
  const bytes = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const GENESIS = new Uint8Array(DIGEST_BYTES);
const EMPTY_ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/** Return if the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162 section 2.1.3.2). */
async function proveInclusion(index, size, leaf, path, root, code) {
  refuseUnless(index >= 0n && index < size && size < SIZE_LIMIT, code);
  let reached = leaf;
  let taken = 0;
  // The shape of the path follows from index and size, never from the path.
  for (let last = size - 1n; last > 0n; last >>= 1n, index >>= 1n) {
    const sibling = index ^ 1n;
    if (sibling > last) continue;
    refuseUnless(taken < path.length, code);
    const step = path[taken++];
    reached = await (sibling & 1n ? sha256(NODE, reached, step) : sha256(NODE, step, reached));
  }
  refuseUnless(taken === path.length && same(reached, root), code);
}

function readSize(text) {
  refuseUnless(/^(0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < SIZE_LIMIT, "SizeMalformed");
  return BigInt(text);
}

/** Milliseconds since 1970 of `YYYY-MM-DDThh:mm:ss.sssZ`. */
function readInstant(text) {
  const shaped = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/.test(text);
  const moment = shaped && !text.startsWith("0000") ? new Date(text) : null;
  // A day that no month has comes back as another one.
  refuseUnless(moment && !Number.isNaN(moment.getTime()) && moment.toISOString() === text, "InstantMalformed");
  return moment.getTime();
}

function refuseName(name, most) {
  const shaped = name.length <= most && /^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/.test(name);
  refuseUnless(shaped && !name.split("/").some((part) => part === "." || part === ".."), "NameMalformed");
}

/** Takes lines from the top of a text: a keyword and its values, single spaces between. */
class LineReader {
  constructor(text) {
    this.lines = text.split("\n");
    this.at = 0;
  }

  take(keyword, count = 1) {
    const found = (this.lines[this.at] ?? "").split(" ");
    refuseUnless(this.at < this.lines.length && found[0] === keyword && found.length === count + 1, "LineUnexpected");
    this.at += 1;
    return found.slice(1);
  }

  takeWhile(keyword, count = 1) {
    const taken = [];
    while (this.at < this.lines.length && this.lines[this.at].split(" ")[0] === keyword) taken.push(this.take(keyword, count));
    return taken;
  }
}

/** The value of a JSON text with exactly the members that `shape` wants, spelled as `print` spells it. */
function readExactly(text, shape, print, code) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(code);
  }
  // JSON.parse keeps the last of two equal names; then the text prints back shorter.
  refuseUnless(fits(value, shape) && print(value) === text, code);
  return value;
}

/** A shape: a predicate, a list of the shape of all elements, or an object of the shapes of its members in order. */
function fits(value, shape) {
  if (typeof shape === "function") return shape(value);
  if (Array.isArray(shape)) return Array.isArray(value) && value.every((element) => fits(element, shape[0]));
  const names = Object.keys(shape);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const found = Object.keys(value);
  return found.length === names.length && names.every((name, at) => found[at] === name && fits(value[name], shape[name]));
}

const isText = (value) => typeof value === "string" && !/[\ud800-\udfff]/u.test(value);
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const orNull = (shape) => (value) => value === null || fits(value, shape);
