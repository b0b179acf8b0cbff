// The strict pass over a record's bytes (docs/FORMATS.md, "Record"), and whether a record names an item.

const RECORD_BYTES_MAX = 1 << 20;
const DEPTH_MAX = 64;
const DIGITS_MAX = 38;
const EXPONENT_MAX = 400;

const TOKENS = {
  blank: /[ \t\n\r]*/y,
  text: /"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"/y,
  number: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y,
  word: /true|false|null/y,
};

/** Walks a JSON text once. JSON.parse alone lets repeated names, unbounded numbers and half characters through. */
class RecordReader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
    this.texts = [];
    this.type = undefined;
  }

  read() {
    this.value(true);
    refuseUnless(this.at === this.text.length, "JsonMalformed");
    return this;
  }

  value(isRecord = false) {
    this.token("blank");
    const first = this.text[this.at];
    if (first === "{") this.members(isRecord);
    else if (first === "[") this.within("]", () => this.value());
    else if (first === '"') this.texts.push(this.string());
    else if (first === "-" || (first >= "0" && first <= "9")) this.number();
    else this.token("word", "JsonMalformed");
    this.token("blank");
  }

  members(isRecord) {
    const names = new Set();
    this.within("}", () => {
      this.token("blank");
      const name = this.string();
      refuseUnless(!names.has(name), "NameRepeated");
      names.add(name);
      this.token("blank");
      this.expect(":");
      const before = this.texts.length;
      this.token("blank");
      const isString = this.text[this.at] === '"';
      this.value();
      if (isRecord && name === "type" && isString) this.type = this.texts[before];
    });
  }

  /** What stands between an opening bracket and `closing`, with commas between. */
  within(closing, element) {
    this.at += 1;
    this.depth += 1;
    refuseUnless(this.depth <= DEPTH_MAX, "NestedTooDeep");
    this.token("blank");
    if (this.text[this.at] !== closing) {
      element();
      while (this.text[this.at] === ",") {
        this.at += 1;
        element();
      }
    }
    this.expect(closing);
    this.depth -= 1;
  }

  string() {
    const text = JSON.parse(this.token("text", "JsonMalformed"));
    refuseUnless(isText(text), "SurrogateUnpaired");
    return text;
  }

  number() {
    const literal = this.token("number", "JsonMalformed");
    const exponent = Number(literal.toLowerCase().split("e")[1] ?? "0");
    const short = literal.replace(/[^0-9]/g, "").length <= DIGITS_MAX && Math.abs(exponent) <= EXPONENT_MAX;
    refuseUnless(short && Number.isFinite(Number(literal)), "NumberOutOfRange");
  }

  expect(character) {
    refuseUnless(this.text[this.at] === character, "JsonMalformed");
    this.at += 1;
  }

  token(kind, code) {
    const pattern = TOKENS[kind];
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    refuseUnless(found, code);
    this.at += found[0].length;
    return found[0];
  }
}

/** The record's `type` and every text in it but the names of its members. */
function readRecord(body) {
  refuseUnless(body.length <= RECORD_BYTES_MAX, "JsonTooLarge");
  refuseUnless(!(body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf), "ByteOrderMarkPresent");
  refuseUnless(body[0] === 0x7b && body[body.length - 1] === 0x7d, "RecordNotObject");
  const record = new RecordReader(textOf(body, "EncodingNotUtf8")).read();
  refuseUnless(record.type !== undefined, "RecordTypeMissing");
  return record;
}

// Which item a text names: `…/01/<gtin>/10/<lot>/21/<serial>` on any domain, or the EPC URN of an item or a lot.
const LINK = /^[Hh][Tt][Tt][Pp][Ss]?:\/\/[^/?#\s]+\/(?:[^?#]*\/)?(?:01|gtin)\/([0-9]{8}|[0-9]{12,14})((?:\/[^/?#]+\/[^/?#]+)*)(?:[?#].*)?$/;
const URN = /^urn:epc:(?:id:(sgtin)|class:(lgtin)):([0-9]{6,12})\.([0-9])([0-9]*)\.([^.]+.*)$/;
const QUALIFIERS = { 10: "10", lot: "10", 21: "21", ser: "21", 22: "22", cpv: "22", 235: "235" };
const ORDER = ["22", "10", "21", "235"];

/** {gtin, and by number of the identifier what else is said}; null for what is no trade item. */
function itemIn(text) {
  if (text.length > 1024) return null;
  const urn = URN.exec(text);
  const link = urn ? null : LINK.exec(text);
  try {
    if (urn) return urnItem(urn);
    if (!link) return null;
    const item = { gtin: link[1].padStart(14, "0") };
    const segments = link[2].split("/").slice(1);
    for (let at = 0, before = -1; at < segments.length; at += 2) {
      const qualifier = Object.hasOwn(QUALIFIERS, segments[at]) ? QUALIFIERS[segments[at]] : "";
      if (ORDER.indexOf(qualifier) <= before || (qualifier === "235" && at > 0)) return null;
      before = ORDER.indexOf(qualifier);
      item[qualifier] = decodeURIComponent(segments[at + 1]);
    }
    return item;
  } catch {
    return null; // a percent sign that escapes nothing
  }
}

function urnItem([, single, , prefix, indicator, reference, finest]) {
  if (prefix.length + 1 + reference.length !== 13) return null;
  const digits = indicator + prefix + reference;
  const sum = Array.from(digits, (digit, at) => Number(digit) * (at % 2 ? 1 : 3)).reduce((one, other) => one + other, 0);
  return { gtin: digits + ((10 - (sum % 10)) % 10), [single ? "21" : "10"]: decodeURIComponent(finest) };
}

/** Whether one of the texts names `item`: by the finest that its address says. */
function namesItem(texts, item) {
  const wanted = itemIn(item);
  if (!wanted) return false;
  const finest = ["21", "235", "10"].find((qualifier) => wanted[qualifier] !== undefined);
  return texts.some((text) => {
    const found = itemIn(text);
    return found !== null && found.gtin === wanted.gtin && (!finest || found[finest] === wanted[finest]);
  });
}
