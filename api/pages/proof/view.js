// What the page says of the verdict. Nothing foreign is ever markup: everything is put in as text.

const TABLES = JSON.parse(document.getElementById("tables").textContent);
const words = JSON.parse(document.getElementById("words").textContent);
const place = (id) => document.getElementById(id);

// Controls, and the marks that turn the direction of text or take no room: one name must not be dressed up as another.
const UNSHOWABLE =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]/gu;
const shown = (text) => String(text).replace(UNSHOWABLE, "\ufffd");

/** A text of the catalogue with its values put in; of two forms the one that fits `count`. */
function say(key, values = {}) {
  const forms = words.texts[key];
  const form = forms[values.count === 1 ? 0 : forms.length - 1];
  return form.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

const sayOr = (key, otherwise) => (Object.hasOwn(words.texts, key) ? say(key) : otherwise);
const clock = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC", ...(words.locale === "en-US" ? {} : { hourCycle: "h23" }) };
const sayTime = (text) => `${new Intl.DateTimeFormat(words.locale, clock).format(new Date(text))} UTC`;
const inGroups = (hex) => hex.replace(/(.{4})(?=.)/g, "$1 ");

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

const isolated = (text) => element("bdi", "", shown(text));

function show(id, className, ...lines) {
  place(id).className = className;
  place(id).replaceChildren(...lines.map(([kind, text]) => element("p", kind, text)));
}

function reasonOf(code) {
  return [sayOr(`why.${code}`, say("why.other")), " (", element("code", "", code), ")"];
}

/** One record as a line that opens. */
function line(judged, record) {
  const address = record.position.join("/");
  const { holds, shown: found } = judged;
  const head = element("summary", "");
  if (holds) {
    const kind = found.type === null ? say("erased") : sayOr(`type.${found.type}`, found.type);
    head.append(element("span", "yes", `✓ ${say("holds")}`), " ", element("b", "", kind), " · ", isolated(found.parties[0].party));
    head.append(" · ", sayTime(found.time));
    if (found.named) head.append(" ", element("span", "tag", say("names.item")));
  } else if (holds === false) {
    head.append(element("span", "no", `✗ ${say("holds.not")}`), " ", say("record", { address }), ": ", ...reasonOf(judged.code));
  } else {
    head.append(element("span", "not", `? ${say("unchecked")}`), " ", say("record", { address }));
  }
  const details = element("details", "", head);
  // Filled when it is opened: a file may hold a thousand records.
  details.addEventListener("toggle", () => details.childElementCount === 1 && details.append(...inside(judged, record)));
  return element("li", "", details);
}

function inside({ holds, shown: found }, record) {
  const parts = [];
  if (holds) {
    const by = found.parties.map(({ party, roles, custody }) => {
      const named = roles.map((role) => sayOr(`role.${role}`, role)).join(say("join"));
      return element("li", "", isolated(party), ` (${named}; ${say(`held.${custody}`)})`);
    });
    parts.push(element("p", "", say("shows", { party: found.parties[0].party, time: sayTime(found.time) })));
    parts.push(element("p", "soft", say("shows.not")));
    parts.push(element("p", "", say("signed.by")), element("ul", "", ...by));
    parts.push(element("p", "soft", say("position", { address: record.position.join("/"), size: found.size, type: found.type ?? "–" })));
  }
  if (record.body !== null) {
    parts.push(element("p", "", say(holds ? "content" : "content.unproven")));
    parts.push(element("pre", "", shown(new TextDecoder().decode(fromBase64(record.body)))));
  }
  return parts;
}

function overall({ unable, error, proof, records }) {
  const count = records.length;
  const failed = records.filter((one) => one.holds === false).length;
  if (error) return ["answer fails", [["big", say("verdict.unreadable")], ["", say("verdict.unreadable.says", { code: error })]]];
  if (failed) return ["answer fails", [["big", say("verdict.fails", { count: failed, all: count })], ["", say("verdict.fails.says")]]];
  if (unable) return ["answer waits", [["big", say("verdict.unable")], ["", say("verdict.unable.says", { what: unable })]]];
  if (!count) return ["answer waits", [["big", say("verdict.empty")]]];
  const lines = [["big", say("verdict.holds", { count })], ["", say("verdict.keys")]];
  const named = records.some((one) => one.shown.named);
  const recalls = records.filter((one) => one.shown.type === "RecallIssued").length;
  if (!named) lines.push(["", say("verdict.unnamed")]);
  if (recalls) lines.unshift(["big", say("verdict.recall", { count: recalls })]);
  return [named && !recalls && !proof.leftOut.length ? "answer holds" : "answer waits", lines];
}

function openEnds({ proof, records }) {
  const lines = [];
  const erased = records.filter((one) => one.holds && one.shown.type === null).length;
  if (erased) lines.push(say("open.erased", { count: erased }));
  for (const { position, why } of proof.leftOut) lines.push(`${say("record", { address: position.join("/") })}: ${say(`open.${why}`)}`);
  if (proof.withheld) lines.push(say("open.withheld", { count: proof.withheld }));
  place("open").replaceChildren(...lines.map((text) => element("li", "", text)));
}

async function main() {
  const text = place("proof").textContent;
  show("verdict", "answer waits", ["big", say("checking")]);
  place("records").replaceChildren();
  const verdict = await verifyProof(text, (judged, record) => place("records").append(line(judged, record)));
  const [className, lines] = overall(verdict);
  show("verdict", className, ...lines);
  if (!verdict.proof) return;
  place("item").textContent = shown(verdict.proof.item);
  place("made").textContent = sayTime(verdict.proof.made);
  place("origin").textContent = shown(verdict.proof.origin);
  place("fingerprint").textContent = inGroups(verdict.fingerprint);
  place("policy").textContent = shown(verdict.proof.policy);
  openEnds(verdict);
}

globalThis.verifyProof = verifyProof;
globalThis.proofShown = main();
