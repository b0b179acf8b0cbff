// Verifier keys (C2SP signed-note) and signatures, by WebCrypto alone.

const ED25519 = 0x01;
const ECDSA_P256 = 0x02;
const MLDSA44 = 0x06;
const PUBLIC_BYTES = { [ED25519]: 32, 0x02: 91, 0x04: 32, [MLDSA44]: 1312 };
const WEBCRYPTO = { [ED25519]: { name: "Ed25519" }, [ECDSA_P256]: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } };

// SubjectPublicKeyInfo of a P-256 key, by curve name and uncompressed, is these bytes and then x and y.
const SPKI_PREFIX = fromBase64("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE");

/** Whether this browser knows an algorithm. Not all know Ed25519: what one does not know it can neither prove nor refute. */
async function canVerify(type) {
  try {
    await crypto.subtle.generateKey(WEBCRYPTO[type], false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

const NOT_IN_NAME = /[\x00-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff]/u;

function refuseKeyName(name) {
  refuseUnless(name !== "" && !NOT_IN_NAME.test(name), "KeyNameMalformed");
}

/** `<name>+<8 hex digits of the key ID>+<base64 of type byte and public key>` */
async function readKey(vkey) {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey);
  refuseUnless(parts, "KeyMalformed");
  const [, name, id, spelt] = parts;
  const typed = fromBase64(spelt);
  const type = typed[0];
  const bytes = typed.slice(1);
  refuseKeyName(name);
  refuseUnless(bytes.length === PUBLIC_BYTES[type], "KeyMalformed");
  refuseUnless(type !== ECDSA_P256 || same(bytes.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX), "KeyMalformed");
  const digest = await (type === ECDSA_P256 ? sha256(bytes) : sha256(name, "\n", typed));
  refuseUnless(toHex(digest.subarray(0, 4)) === id, "KeyMalformed");
  return { vkey, name, id, type, bytes };
}

/** Checks signatures, each pair of key and text once: the records of an entry share them. */
class Signatures {
  constructor() {
    this.known = new Map();
  }

  async refuseWrong(key, message, signature, code) {
    const asked = `${key.vkey}\n${toHex(signature)}\n${message}`;
    if (!this.known.has(asked)) this.known.set(asked, await this.holds(key, encoder.encode(message), signature));
    refuseUnless(this.known.get(asked), code);
  }

  async holds(key, message, signature) {
    const imported = await this.imported(key);
    const raw = key.type === ECDSA_P256 ? fromDer(signature) : signature;
    return raw !== null && crypto.subtle.verify(WEBCRYPTO[key.type], imported, raw, message);
  }

  async imported(key) {
    const algorithm = WEBCRYPTO[key.type];
    if (!algorithm || !(await this.knows(key.type))) throw new Unsupported(key.type === ED25519 ? "Ed25519" : "ML-DSA-44");
    const point = key.type === ECDSA_P256 ? key.bytes.subarray(SPKI_PREFIX.length - 1) : key.bytes;
    try {
      return await crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
    } catch {
      throw new Refused("KeyRefused");
    }
  }

  async knows(type) {
    if (!this.known.has(type)) this.known.set(type, await canVerify(type));
    return this.known.get(type);
  }
}

/** The 64 bytes r and s that WebCrypto wants (IEEE P1363) from the DER that a note holds; null for any other spelling. */
function fromDer(der) {
  if (der[0] !== 0x30 || der.length > 72 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1];
    const integer = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || !length || integer.length !== length || integer[0] & 0x80) return null;
    const padded = integer[0] === 0 && length > 1;
    if (padded && !(integer[1] & 0x80)) return null;
    const digits = integer.subarray(padded ? 1 : 0);
    if (digits.length > 32) return null;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

const PRIME = 2n ** 255n - 19n;
const ORDER_8_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER_Y = [0n, 1n, PRIME - 1n, ORDER_8_Y, PRIME - ORDER_8_Y];

function power(base, exponent) {
  let result = 1n;
  for (base %= PRIME; exponent > 0n; exponent >>= 1n, base = (base * base) % PRIME) {
    if (exponent & 1n) result = (result * base) % PRIME;
  }
  return result;
}

/** Refuse an Ed25519 key that no honest log has: not reduced, of small order, off the curve (RFC 8032 section 5.1.3). */
function refuseWeak(key) {
  if (key.type !== ED25519) return;
  const y = BigInt(`0x${toHex(key.bytes.slice().reverse())}`) & (2n ** 255n - 1n);
  refuseUnless(y < PRIME && !SMALL_ORDER_Y.includes(y), "KeyRefused");
  const d = ((PRIME - 121665n) * power(121666n, PRIME - 2n)) % PRIME;
  const below = power(d * y * y + 1n, PRIME - 2n);
  const square = ((y * y - 1n + PRIME) * below) % PRIME;
  refuseUnless(power(square, (PRIME - 1n) / 2n) === 1n, "KeyRefused");
}
