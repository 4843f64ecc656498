//! HTML's entities, unpacked when the first one is met.
//!
//! Stands in for the file of the same name of `pulldown-cmark` in the browser module, and is compiled
//! into xtask's tests; `xtask/src/entities.rs` packs the table and says how.

/// Slots of the hash table, as a power of two: about twice as many as there are entities.
const SLOT_BITS: u32 = 12;

/// Bits of the first character of a value; a second one, if any, is above.
const FIRST_BITS: u32 = 17;

/// The unpacked table.
pub(crate) struct Table<'a> {
    /// Names and values.
    entities: Vec<(&'a [u8], u64)>,
    /// By hash of the name: number of the entity plus one, or 0.
    slots: Vec<u16>,
}

impl<'a> Table<'a> {
    /// Unpacks the table.
    pub(crate) fn unpack(mut packed: &'a [u8]) -> Self {
        let mut table = Table {
            entities: Vec::new(),
            slots: vec![0; 1 << SLOT_BITS],
        };
        let mut value = 0;
        while let Some((&step, rest)) = packed.split_first() {
            packed = rest;
            let mut step = u64::from(step);
            if step == u64::from(b'/') {
                step = number(&mut packed);
            }
            value += step;
            let end = packed
                .iter()
                .position(|byte| !byte.is_ascii_alphanumeric())
                .unwrap_or(packed.len());
            let (name, rest) = packed.split_at(end);
            packed = rest;
            table.entities.push((name, value));
            let slot = table.slot(name);
            table.slots[slot] = table.entities.len() as u16;
        }
        table
    }

    /// Returns what the entity `name` stands for.
    pub(crate) fn get(&self, name: &[u8]) -> Option<String> {
        let number = usize::from(self.slots[self.slot(name)]).checked_sub(1)?;
        let value = self.entities[number].1;
        let first = value & ((1 << FIRST_BITS) - 1);
        let mut text = String::new();
        text.extend(char::from_u32(first as u32));
        if value > first {
            text.extend(char::from_u32((value >> FIRST_BITS) as u32));
        }
        Some(text)
    }

    /// Returns the slot that holds `name`, or the empty one where it belongs.
    fn slot(&self, name: &[u8]) -> usize {
        let hash = name.iter().fold(0, |hash: u32, &byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let mut slot = (hash >> (u32::BITS - SLOT_BITS)) as usize;
        loop {
            let number = usize::from(self.slots[slot]);
            if number == 0 || self.entities[number - 1].0 == name {
                return slot;
            }
            slot = (slot + 1) % self.slots.len();
        }
    }
}

/// Reads a LEB128 number.
fn number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    let mut shift = 0;
    while let Some((&byte, rest)) = bytes.split_first() {
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        shift += 7;
        if byte < 0x80 {
            break;
        }
    }
    number
}
