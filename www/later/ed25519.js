// Verifies Ed25519 signatures (RFC 8032) where the browser does not: pages of plain http: have no
// WebCrypto, and older ones don't know the curve. Loaded only then. Nothing secret passes through
// here, so nothing needs to take constant time.

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const WORD = 2n ** 64n - 1n;

const mod = (a) => ((a % P) + P) % P;
const power = (base, exponent) => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) {
    if (e & 1n) result = mod(result * b);
  }
  return result;
};
const inverse = (a) => power(a, P - 2n);

const D = mod(-121665n * inverse(121666n));
const ROOT = power(2n, (P - 1n) / 4n);

/** The whole `k`-th root. */
const root = (n, k) => {
  for (let x = 1n << 80n; ; ) {
    const y = ((k - 1n) * x + n / x ** (k - 1n)) / k;
    if (y >= x) return x;
    x = y;
  }
};
const primes = [];
for (let n = 2; primes.length < 80; n += 1) if (primes.every((p) => n % p)) primes.push(n);
const ROUNDS = primes.map((p) => root(BigInt(p) << 192n, 3n) & WORD);
const START = primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & WORD);

const turn = (x, n) => ((x >> n) | (x << (64n - n))) & WORD;

/** SHA-512 (FIPS 180-4). */
export const sha512 = (bytes) => {
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 128;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n);
  const state = [...START];
  for (let block = 0; block < padded.length; block += 128) {
    const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(block + i * 8));
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i += 1) {
      if (i >= 16) {
        const [x, y] = [w[i - 15], w[i - 2]];
        const low = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
        const high = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
        w[i] = (w[i - 16] + low + w[i - 7] + high) & WORD;
      }
      const one = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const first = h + one + ((e & f) ^ (~e & WORD & g)) + ROUNDS[i] + w[i];
      const two = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const second = two + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & WORD, c, b, a, (first + second) & WORD];
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] = (state[i] + x) & WORD));
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((x, i) => digest.setBigUint64(i * 8, x));
  return new Uint8Array(digest.buffer);
};

const number = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** Points are `[X, Y, Z, T]` with x = X/Z, y = Y/Z, xy = T/Z. */
const NOTHING = [0n, 1n, 1n, 0n];
const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
};
const times = (n, point) => {
  let sum = NOTHING;
  for (let p = point, rest = n; rest > 0n; rest >>= 1n, p = add(p, p)) if (rest & 1n) sum = add(sum, p);
  return sum;
};

/** The point that 32 bytes stand for; nothing when there is none. */
const point = (bytes) => {
  const y = number(bytes) & (2n ** 255n - 1n);
  const odd = BigInt(bytes[31] >> 7);
  if (y >= P) return undefined;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT);
  if (mod(x * x) !== square || (x === 0n && odd)) return undefined;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
};
const encode = ([x, y, z]) => {
  const over = inverse(z);
  return mod(y * over) | ((mod(x * over) & 1n) << 255n);
};

const BASE = point(Uint8Array.from({ length: 32 }, (_, i) => (i ? 0x66 : 0x58)));

/** Whether `signature` is that of `message` by `key`; all are bytes. */
export const verify = (key, message, signature) => {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [r, s] = [signature.subarray(0, 32), number(signature.subarray(32))];
  const a = point(key);
  // Every message is signed by a key of small order.
  if (!a || s >= ORDER || encode(times(8n, a)) === encode(NOTHING)) return false;
  const hashed = new Uint8Array(64 + message.length);
  hashed.set(r);
  hashed.set(key, 32);
  hashed.set(message, 64);
  const k = number(sha512(hashed)) % ORDER;
  return encode(add(times(s, BASE), times(ORDER - k, a))) === number(r);
};
