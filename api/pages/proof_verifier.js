// The verifier of a proof to keep: the numbered steps of docs/FORMATS.md, "Receipt", for every record of the file.
// It asks nobody: what it needs stands in the file. What it cannot check it does not call proven.

const PROOF_BYTES_MAX = 32 << 20;
const RECEIPT_BYTES_MAX = 4 << 20;
const PROOF_RECORDS_MAX = 1_000;
const LEFT_OUT_MAX = 10_000;
const ENTRY_LIMIT = 2 ** 49;

const isPosition = (value) => Array.isArray(value) && value.length === 2 && value.every(isCount);
const PROOF = {
  format: (value) => value === "suyuan.proof/v1",
  origin: isText,
  firstEntry: isText,
  item: (value) => isText(value) && /^[!-~]{1,1024}$/.test(value),
  made: isText,
  policy: isText,
  records: [{ position: isPosition, receipt: isText, body: orNull(isText) }],
  leftOut: [{ position: isPosition, why: (value) => ["unpublished", "damaged", "no-room"].includes(value) }],
  withheld: (value) => isCount(value) && value < 2 ** 31,
};
const KEYS = [{ line: isText, place: isCount, path: [isText] }];
const EXTRA = { entry: isText, place: isCount, path: [isText], salt: isText, keys: KEYS, context: orNull(isText) };
const EXTRA_OF_ERASED = {
  entry: isText, place: isCount, path: [isText], salt: (value) => value === null, commitment: isText, keys: KEYS,
  context: orNull(isText),
};

const printProof = (value) =>
  JSON.stringify(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);

/** The proof as it stands in the page, whole and in its one spelling; nothing in it is trusted yet. */
async function readProof(text) {
  refuseUnless(encoder.encode(text).length <= PROOF_BYTES_MAX, "ProofTooLarge");
  const proof = readExactly(text, PROOF, printProof, "ProofMalformed");
  refuseName(proof.origin, 80);
  fromBase64(proof.firstEntry, DIGEST_BYTES);
  refuseUnless(proof.records.length <= PROOF_RECORDS_MAX && proof.leftOut.length <= LEFT_OUT_MAX, "ProofTooLarge");
  const kept = refusePlaces(proof.records);
  for (const place of refusePlaces(proof.leftOut)) refuseUnless(!kept.has(place), "ProofMalformed");
  for (const record of proof.records) {
    const body = record.body === null ? null : fromBase64(record.body);
    refuseUnless(body === null || (body.length > 0 && body.length <= RECORD_BYTES_MAX), "ProofMalformed");
    refuseUnless(encoder.encode(record.receipt).length <= RECEIPT_BYTES_MAX, "ProofMalformed");
  }
  return { ...proof, madeAt: readInstant(proof.made), trusted: await readPolicy(proof.policy, proof.origin, proof.firstEntry) };
}

/** Return the positions, which stand in log order, each once, none of them in the ledger's first entry. */
function refusePlaces(records) {
  const places = records.map(({ position: [entry, place] }) => {
    refuseUnless(entry > 0 && entry < ENTRY_LIMIT && place < RECORDS_MAX, "ProofMalformed");
    return entry * 16_384 + place;
  });
  refuseUnless(places.every((place, at) => at === 0 || places[at - 1] < place), "ProofMalformed");
  return new Set(places);
}

/** A `.tlog-proof` file (C2SP tlog-proof) with the members of its `extra`, none of them checked. */
async function readReceipt(text) {
  const split = text.indexOf("\n\n");
  const head = text.slice(0, split);
  refuseUnless(split >= 0 && /^[\x00-\x7f]*$/.test(head), "ProofFileMalformed");
  const lines = new LineReader(head);
  lines.take("c2sp.org/tlog-proof@v1", 0);
  const printed = textOf(fromBase64(lines.take("extra")[0]), "ReceiptMalformed");
  const index = readSize(lines.take("index")[0]);
  const shape = (value) => fits(value, value?.salt === null ? EXTRA_OF_ERASED : EXTRA);
  const extra = readExactly(printed, shape, JSON.stringify, "ReceiptMalformed");
  const erased = extra.salt === null;
  const keys = [];
  for (const { line, place, path } of extra.keys) {
    keys.push({ ...(await readKeyLine(line)), line, place: BigInt(place), path: readPath(path) });
  }
  return {
    index,
    inclusion: readPath(lines.lines.slice(lines.at)),
    checkpointNote: text.slice(split + 2),
    entry: fromBase64(extra.entry),
    place: BigInt(extra.place),
    path: readPath(extra.path),
    salt: erased ? null : fromBase64(extra.salt, 16),
    commitment: erased ? fromBase64(extra.commitment, DIGEST_BYTES) : null,
    keys,
    context: extra.context === null ? null : fromBase64(extra.context),
  };
}

const readPath = (hashes) => hashes.map((hash) => fromBase64(hash, DIGEST_BYTES));

/** Judge one record by the nine steps, and return what it shows. */
async function verifyRecord(record, proof, signatures) {
  const body = record.body === null ? null : fromBase64(record.body);
  // 1. The policy gives log keys and first-entry hash. Nothing in the receipt is trusted yet.
  const claim = await readReceipt(record.receipt);
  // 2. The checkpoint's origin and signature match a log key of the policy. 3. Its quorum is none.
  const checkpoint = await openCheckpoint(claim.checkpointNote, proof.trusted, signatures);
  // 4. The entry is included at `index` in the checkpoint's tree.
  const leaf = await sha256(LEAF, claim.entry);
  await proveInclusion(claim.index, checkpoint.size, leaf, claim.inclusion, checkpoint.root, "EntryUnproven");
  // 5. The entry parses, and its batch note names this log and this first entry.
  const entry = readEntry(claim.entry);
  const batch = entry.batch;
  refuseOtherLog(claim, entry, leaf, proof.trusted);
  // 6. Every signature verifies with the key in its key line, one per named party.
  const commitment = await commitmentOf(claim, batch, body);
  await refuseUnsigned(claim, entry, signatures);
  // 7. The commitment is included at `place` in the batch's tree; record, type and context obey their rules.
  await proveInclusion(claim.place, batch.size, commitment, claim.path, batch.root, "RecordUnproven");
  await refuseContext(claim.context, batch);
  const content = body === null ? null : readRecord(body);
  refuseUnless(!content || TABLES.types[batch.klass].includes(content.type), "TypeNotInClass");
  refuseUnless(content?.type !== "LedgerFounded", "EntryMisplaced");
  // 8. Each key line is included in the entry's register, and its role may sign the class.
  for (const { line, place, path } of claim.keys) {
    const ofLine = await sha256(LEAF, line, "\n");
    await proveInclusion(place, entry.register.size, ofLine, path, entry.register.root, "KeyNotRegistered");
  }
  for (const { roles } of claim.keys) refuseUnless(roles.some((role) => maySign(role, batch.klass)), "RoleMayNotSign");
  // 9. What this shows, and what it does not, the page says in words. Beside the steps: it is the record that it stands for.
  const [index, place] = record.position;
  refuseUnless(claim.index === BigInt(index) && claim.place === BigInt(place), "ReceiptOfAnotherRecord");
  refuseUnless(entry.moment <= proof.madeAt, "RecordAfterProof");
  const named = content !== null && namesItem(content.texts, proof.item);
  return { type: content?.type ?? null, klass: batch.klass, time: entry.time, parties: claim.keys, size: checkpoint.size, named };
}

function refuseOtherLog(claim, entry, leaf, policy) {
  const ours = entry.batch.origin === policy.origin && same(entry.batch.first, policy.firstEntry);
  refuseUnless(ours, "BatchOfAnotherLog");
  // The founding stands at 0 and nowhere else, and no proof to keep holds it.
  const founding = claim.index === 0n || same(leaf, policy.firstEntry) || same(entry.prev, GENESIS) || !entry.register.size;
  refuseUnless(!founding, "EntryMisplaced");
}

async function commitmentOf(claim, batch, body) {
  if (claim.commitment !== null) {
    refuseUnless(batch.klass !== "governance" && batch.klass !== "escrow", "ErasureImpossible");
    refuseUnless(body === null, "BodyUnprovable");
    return claim.commitment;
  }
  refuseUnless(body !== null, "BodyNotGiven");
  return sha256(LEAF, `suyuan.record/v1\n${batch.origin}\n${batch.parties[0]}\n`, claim.salt, body);
}

async function refuseUnsigned(claim, entry, signatures) {
  const { note, batch } = entry;
  refuseUnless(claim.keys.map((key) => key.party).join(" ") === batch.parties.join(" "), "ReceiptKeysWrong");
  for (const [at, { key }] of claim.keys.entries()) {
    refuseUnless(note.signatures[at].id === key.id, "SigningKeyUnknown");
    await signatures.refuseWrong(key, note.text, note.signatures[at].signature, "BatchSignatureWrong");
  }
}

async function refuseContext(context, batch) {
  const found = context === null ? null : await sha256(context);
  refuseUnless(found === null ? batch.context === null : batch.context !== null && same(found, batch.context), "ContextDiffers");
}

const maySign = (role, klass) => Object.hasOwn(TABLES.maySign, role) && TABLES.maySign[role].includes(klass);

/**
 * Judge a whole proof. `report` is told of each record as soon as it is judged.
 *
 * Of a record, `holds` is true, false (with the `code` of the refusal), or null where this browser lacks what it takes.
 */
async function verifyProof(text, report = () => {}) {
  if (!globalThis.crypto?.subtle) return { unable: "WebCrypto", error: null, proof: null, records: [] };
  let proof;
  try {
    proof = await readProof(text);
  } catch (reason) {
    return { unable: null, error: codeOf(reason), proof: null, records: [] };
  }
  const signatures = new Signatures();
  const records = [];
  for (const record of proof.records) {
    const judged = await judge(record, proof, signatures);
    records.push(judged);
    report(judged, record, proof);
  }
  const unable = records.find((one) => one.holds === null)?.lacks ?? null;
  return { unable, error: null, proof, records, fingerprint: toHex(await sha256(proof.policy)) };
}

async function judge(record, proof, signatures) {
  try {
    return { position: record.position, holds: true, shown: await verifyRecord(record, proof, signatures) };
  } catch (reason) {
    if (reason instanceof Unsupported) return { position: record.position, holds: null, lacks: reason.message };
    return { position: record.position, holds: false, code: codeOf(reason) };
  }
}

/** A fault of the verifier itself shows nothing either. */
const codeOf = (reason) => (reason instanceof Refused ? reason.code : "VerifierFault");
