//! An adaptive binary arithmetic coder.
//!
//! The coder is the carry-less one of Mahoney's lpaq ("Adaptive Weighing of Context Models for
//! Lossless Data Compression", Florida Tech CS-2005-16): a 32-bit interval is split in proportion
//! to the probability of a bit, and its leading byte leaves once it is settled. Probabilities are
//! adaptive: each [`Bit`] starts quickly and slows down as it has seen more. Everything is integer
//! arithmetic, so that all machines agree.

use crate::FormatError;

/// The adaptive probability of one kind of bit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bit {
    /// Probability of a one, of 65,536.
    one: u16,
    /// How many bits were seen, up to the slowest rate.
    seen: u8,
}

impl Bit {
    /// Slowest adaptation: one part in this many and a half.
    const SLOWEST: u8 = 126;

    /// A bit that is a one with probability `one` / 65,536.
    pub(crate) const fn new(one: u16) -> Self {
        Self { one, seen: 0 }
    }

    fn learn(&mut self, bit: bool) {
        let rate = 2 * i32::from(self.seen) + 3;
        let target = if bit { 0xFFFF } else { 0 };
        let step = (target - i32::from(self.one)) * 2 / rate;
        self.one = (i32::from(self.one) + step) as u16;
        self.seen += u8::from(self.seen < Self::SLOWEST);
    }
}

/// Either side of the coder: a model is written once, for writing and for reading.
pub(crate) trait Coder {
    /// Codes a bit. Writes `bit`; a reader ignores it and returns what it read.
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool;

    /// Codes a bit that is a one with probability `one` / 65,536.
    fn chance(&mut self, one: u32, bit: bool) -> bool;

    /// Whether more was read than was written: then what was read means nothing.
    fn is_spent(&self) -> bool {
        false
    }

    /// Codes a bit of which nothing is known.
    fn even(&mut self, bit: bool) -> bool {
        self.chance(1 << 15, bit)
    }

    /// Codes the lowest `count` bits of `value` as they are, highest first.
    fn raw(&mut self, value: u32, count: u32) -> u32 {
        (0..count).rev().fold(0, |read, place| {
            let bit = value >> place & 1 == 1;
            read << 1 | u32::from(self.even(bit))
        })
    }

    /// Codes `value` below 2^`depth` with a tree of `1 << depth` models.
    #[inline(never)]
    fn tree(&mut self, models: &mut [Bit], depth: u32, value: u32) -> u32 {
        let node = (0..depth).rev().fold(1, |node, place| {
            let bit = value >> place & 1 == 1;
            let model = &mut models[node as usize];
            node << 1 | u32::from(self.bit(model, bit))
        });
        node - (1 << depth)
    }

    /// Codes `value` above 0 with [`GAMMA`] models: the number of its bits by adaptive decisions, its second-highest
    /// bit likewise, the others as they are (Elias' gamma code made adaptive).
    #[inline(never)]
    fn gamma(&mut self, models: &mut [Bit], value: u32) -> u32 {
        let wanted = 31 - value.max(1).leading_zeros();
        let mut bits = 0;
        while bits < 31 && self.bit(&mut models[bits as usize], wanted > bits) {
            bits += 1;
        }
        if bits == 0 {
            return 1;
        }
        let top = self.bit(
            &mut models[32 + bits as usize],
            value >> (bits - 1) & 1 == 1,
        );
        let low = self.raw(value, bits - 1);
        (2 + u32::from(top)) << (bits - 1) | low
    }
}

/// Where an interval is split: below are the ones.
fn split(low: u32, high: u32, one: u32) -> u32 {
    // A little is left to each side, so that every bit can be written.
    let one = one.clamp(1 << 4, 0xFFFF - (1 << 4));
    low + ((u64::from(high - low) * u64::from(one)) >> 16) as u32
}

/// How many models one kind of number above 0 takes.
pub(crate) const GAMMA: usize = 64;

/// Models of which nothing is known yet. All models lie in plain lists, and constants tell where:
/// to set up nested arrays would take kilobytes of code in the browser module.
pub(crate) fn models(count: usize) -> Vec<Bit> {
    vec![Bit::new(1 << 15); count]
}

/// Writes bits.
#[derive(Debug)]
pub(crate) struct Writer {
    low: u32,
    high: u32,
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self {
            low: 0,
            high: u32::MAX,
            bytes: Vec::new(),
        }
    }

    fn split(&mut self, middle: u32, bit: bool) {
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.bytes.push((self.high >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
        }
    }

    /// About how many bytes were written so far.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        // The shortest number inside the interval; a reader finds zeros after the end.
        let mut last = Vec::new();
        for count in 1..=4 {
            let mask = u32::MAX.checked_shr(8 * count).unwrap_or(0);
            let number = self.low.saturating_add(mask) & !mask;
            if number >= self.low && number <= self.high {
                last = number.to_be_bytes()[..count as usize].to_vec();
                break;
            }
        }
        self.bytes.extend(last);
        for _ in 0..SPARE / 2 {
            if self.bytes.last() == Some(&0) {
                self.bytes.pop();
            }
        }
        self.bytes
    }
}

impl Coder for Writer {
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool {
        self.chance(u32::from(model.one), bit);
        model.learn(bit);
        bit
    }

    fn chance(&mut self, one: u32, bit: bool) -> bool {
        self.split(split(self.low, self.high, one), bit);
        bit
    }
}

/// Reads bits.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    low: u32,
    high: u32,
    code: u32,
    bytes: &'a [u8],
    /// Bytes read past the end.
    past: u32,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let mut reader = Self {
            low: 0,
            high: u32::MAX,
            code: 0,
            bytes,
            past: 0,
        };
        for _ in 0..4 {
            reader.shift();
        }
        reader
    }

    fn split(&mut self, middle: u32) -> bool {
        let bit = self.code <= middle;
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xFF;
            self.shift();
        }
        bit
    }

    fn shift(&mut self) {
        let byte = match self.bytes.split_first() {
            Some((byte, rest)) => {
                self.bytes = rest;
                *byte
            }
            None => {
                self.past = self.past.saturating_add(1);
                0
            }
        };
        self.code = self.code << 8 | u32::from(byte);
    }

    /// Makes sure that what was read was there.
    pub(crate) fn end(&self) -> Result<(), FormatError> {
        if self.is_spent() || !self.bytes.is_empty() {
            return Err(FormatError::Malformed(
                "packed numbers do not end where they should".into(),
            ));
        }
        Ok(())
    }
}

/// Most zeros that a reader finds after the end of sound data.
const SPARE: u32 = 64;

impl Coder for Reader<'_> {
    #[inline(never)]
    fn bit(&mut self, model: &mut Bit, bit: bool) -> bool {
        let bit = self.chance(u32::from(model.one), bit);
        model.learn(bit);
        bit
    }

    fn chance(&mut self, one: u32, _: bool) -> bool {
        self.split(split(self.low, self.high, one))
    }

    fn is_spent(&self) -> bool {
        // Zeros at the end are not written, and the reader is four bytes ahead.
        self.past > SPARE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            bits in proptest::collection::vec((0_usize..3, any::<bool>()), 0..3_000),
            numbers in proptest::collection::vec(1_u32.., 0..200),
            raws in proptest::collection::vec((any::<u32>(), 0_u32..=32), 0..100),
        ) {
            let code = |coder: &mut dyn FnMut(usize, bool) -> bool| -> Vec<bool> {
                bits.iter().map(|(model, bit)| coder(*model, *bit)).collect()
            };
            let mut writer = Writer::new();
            let mut bits3 = super::models(3);
            code(&mut |model, bit| writer.bit(&mut bits3[model], bit));
            let mut gamma = models(GAMMA);
            for number in &numbers {
                writer.gamma(&mut gamma, *number);
            }
            let cut = |value: u32, count: u32| if count == 32 { value } else { value & ((1 << count) - 1) };
            for (value, count) in &raws {
                writer.raw(*value, *count);
            }
            let bytes = writer.finish();

            let mut reader = Reader::new(&bytes);
            let mut bits3 = super::models(3);
            let read = code(&mut |model, _| reader.bit(&mut bits3[model], false));
            prop_assert!(read.iter().zip(&bits).all(|(read, (_, bit))| read == bit));
            let mut gamma = models(GAMMA);
            for number in &numbers {
                prop_assert_eq!(reader.gamma(&mut gamma, 0), *number);
            }
            for (value, count) in &raws {
                prop_assert_eq!(reader.raw(0, *count), cut(*value, *count));
            }
            prop_assert!(reader.end().is_ok());
        }

        #[test]
        fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = Reader::new(&bytes);
            let mut gamma = models(GAMMA);
            for _ in 0..1_000 {
                reader.gamma(&mut gamma, 0);
            }
            let _ = reader.end();
        }
    }

    #[test]
    fn rare_bits_cost_little() {
        let mut writer = Writer::new();
        let mut model = Bit::new(1 << 15);
        for index in 0..80_000 {
            writer.bit(&mut model, index % 200 == 0);
        }
        // The entropy is 0.045 bits each.
        assert!(writer.finish().len() < 80_000 * 55 / 1_000 / 8);
    }
}
