// What is signed: notes, checkpoints, entries, batch notes, key lines, and the policy that pins a ledger (docs/FORMATS.md).

// `TABLES`, which stand in the page, are those of ledger/evidence/authority.py.
const NOTE_BYTES_MAX = 1_000_000;
const SIGNATURES_MAX = 64;
const ENTRY_BYTES_MAX = 65_535;
const RECORDS_MAX = 10_001;

/** A text, and its lines `— <name> <base64 of key ID and signature>`; they are not yet checked. */
function readNote(whole) {
  refuseUnless(encoder.encode(whole).length <= NOTE_BYTES_MAX, "NoteTooLarge");
  const split = whole.lastIndexOf("\n\n");
  const below = whole.slice(split + 2);
  refuseUnless(split >= 0 && below.endsWith("\n"), "NoteMalformed");
  const text = whole.slice(0, split + 1);
  refuseUnless(!/[\x00-\x09\x0b-\x1f\ud800-\udfff]/u.test(text), "NoteMalformed");
  const lines = below.slice(0, -1).split("\n");
  refuseUnless(lines.length <= SIGNATURES_MAX, "NoteTooLarge");
  return { text, signatures: lines.map(readSignatureLine) };
}

function readSignatureLine(line) {
  const parts = line.split(" ");
  refuseUnless(parts.length === 3 && parts[0] === "\u2014", "NoteMalformed");
  const signed = fromBase64(parts[2]);
  refuseKeyName(parts[1]);
  refuseUnless(signed.length > 4, "NoteMalformed");
  return { name: parts[1], id: toHex(signed.subarray(0, 4)), signature: signed.subarray(4) };
}

/** The lines `log <vkey>`, then `first-entry` and `quorum none`, all of one ledger. */
async function readPolicy(text, origin, firstEntry) {
  const lines = new LineReader(text);
  const keys = [];
  for (const [vkey] of lines.takeWhile("log")) keys.push(await readKey(vkey));
  const pinned = lines.take("first-entry", 2);
  refuseUnless(lines.take("quorum")[0] === "none" && lines.take("", 0) && lines.at === lines.lines.length, "ProofMalformed");
  refuseUnless(keys.length && pinned[0] === origin && pinned[1] === firstEntry, "ProofMalformed");
  for (const key of keys) {
    refuseUnless(key.name === origin && [ED25519, ECDSA_P256, MLDSA44].includes(key.type), "ProofMalformed");
    refuseWeak(key);
  }
  const distinct = (values) => new Set(values).size === keys.length;
  refuseUnless(distinct(keys.map((key) => key.id)) && distinct(keys.map((key) => toHex(key.bytes))), "ProofMalformed");
  return { origin, firstEntry: fromBase64(firstEntry, DIGEST_BYTES), keys };
}

/** Steps 2 and 3: a log key of the policy signed the checkpoint; every line by such a key verifies; nobody else is asked for. */
async function openCheckpoint(whole, policy, signatures) {
  const note = readNote(whole);
  const [origin, size, root, ...rest] = note.text.split("\n");
  refuseUnless(rest.length === 1 && rest[0] === "", "CheckpointMalformed");
  refuseKeyName(origin);
  const checkpoint = { size: readSize(size), root: fromBase64(root, DIGEST_BYTES) };
  refuseUnless(checkpoint.size > 0n || root === EMPTY_ROOT, "CheckpointMalformed");
  refuseUnless(origin === policy.origin, "CheckpointOfAnotherLog");
  let signed = false;
  let unknown = null;
  for (const line of note.signatures) {
    const key = policy.keys.find((one) => one.name === line.name && one.id === line.id);
    if (!key) continue;
    try {
      await signatures.refuseWrong(key, note.text, line.signature, "SignatureWrong");
      signed = true;
    } catch (reason) {
      // A kind of key that this browser does not know (ML-DSA-44) is passed over where one that it knows has signed too.
      if (!(reason instanceof Unsupported)) throw reason;
      unknown = reason;
    }
  }
  if (!signed && unknown) throw unknown;
  refuseUnless(signed, "NoteUnsigned");
  return checkpoint;
}

/** The chained log entry and, parsed, the batch note inside it. */
function readEntry(bytes) {
  refuseUnless(bytes.length <= ENTRY_BYTES_MAX, "EntryTooLarge");
  const lines = new LineReader(textOf(bytes, "EntryMalformed"));
  lines.take("suyuan.entry/v1", 0);
  const prev = fromBase64(lines.take("prev")[0], DIGEST_BYTES);
  const time = lines.take("time")[0];
  const [size, root] = lines.take("register", 2);
  const register = { size: readSize(size), root: fromBase64(root, DIGEST_BYTES) };
  refuseUnless(register.size > 0n || root === EMPTY_ROOT, "EntryMalformed");
  const note = readNote(lines.lines.slice(lines.at).join("\n"));
  return { prev, time, moment: readInstant(time), register, note, batch: readBatch(note) };
}

/** What an issuer, and all who say the same, signed over the root of a batch. */
function readBatch(note) {
  const lines = new LineReader(note.text);
  lines.take("suyuan.batch/v1", 0);
  const [origin, first] = lines.take("log", 2);
  const parties = [lines.take("issuer")[0], ...lines.takeWhile("signer").flat()];
  const [klass, read, time] = [lines.take("class")[0], lines.take("read")[0], lines.take("time")[0]];
  const context = lines.takeWhile("context")[0] ?? null;
  const seen = lines.takeWhile("seen", 2)[0] ?? null;
  const [size, root] = [lines.take("size")[0], lines.take("root")[0]];
  const printed = [
    "suyuan.batch/v1", `log ${origin} ${first}`, `issuer ${parties[0]}`, ...parties.slice(1).map((name) => `signer ${name}`),
    `class ${klass}`, `read ${read}`, `time ${time}`, ...(context ? [`context ${context[0]}`] : []),
    ...(seen ? [`seen ${seen[0]} ${seen[1]}`] : []), `size ${size}`, `root ${root}`, "",
  ];
  refuseUnless(printed.join("\n") === note.text, "BatchMalformed");
  const batch = {
    origin, parties, klass, read,
    first: fromBase64(first, DIGEST_BYTES),
    context: context && fromBase64(context[0], DIGEST_BYTES),
    seen: seen && { size: readSize(seen[0]), root: fromBase64(seen[1], DIGEST_BYTES) },
    size: readSize(size),
    root: fromBase64(root, DIGEST_BYTES),
  };
  readInstant(time);
  refuseBatch(batch);
  refuseUnless(note.signatures.map((line) => line.name).join(" ") === parties.join(" "), "SignatureLinesWrong");
  return batch;
}

function refuseBatch({ origin, parties, klass, read, context, seen, size }) {
  const [issuer, ...signers] = parties;
  refuseName(origin, 80);
  for (const party of parties) refuseName(party, 100);
  const ascending = signers.every((name, at) => name !== issuer && (at === 0 || signers[at - 1] < name));
  refuseUnless(ascending && signers.length <= 15, "SignersMisordered");
  refuseUnless(Object.hasOwn(TABLES.types, klass) && TABLES.readRules.includes(read), "BatchMalformed");
  refuseUnless(size >= 1n && size <= RECORDS_MAX, "BatchSizeWrong");
  refuseUnless(!seen || seen.size >= 1n, "BatchMalformed");
  refuseUnless((context !== null) === (klass === "epcis"), "ContextLineWrong");
  refuseUnless(klass !== "governance" || (read === "public" && size === 1n), "GovernanceLinesWrong");
}

/** `key <party> <vkey> <custody> <roles> <territory>` */
async function readKeyLine(line) {
  const [party, vkey, custody, roles, territory] = new LineReader(line).take("key", 5);
  refuseUnless(!line.includes("\n"), "KeyLineMalformed");
  const key = await readKey(vkey);
  const held = roles.split(",");
  refuseName(party, 100);
  refuseUnless(key.name === party && WEBCRYPTO[key.type], "KeyLineMalformed");
  refuseUnless(custody === "self" || custody === "operator", "KeyLineMalformed");
  refuseUnless(held.every((role, at) => /^[a-z-]+$/.test(role) && (at === 0 || held[at - 1] < role)), "KeyLineMalformed");
  refuseUnless(/^([A-Z]{2}(-[A-Z0-9]{1,3})?|-)$/.test(territory), "KeyLineMalformed");
  return { party, key, custody, roles: held, territory };
}
