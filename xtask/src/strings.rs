//! Makes the module's largest table of strings compress well.
//!
//! The names of HTML's entities and what they stand for are a table of 4250 pairs of address and length
//! in `pulldown-cmark`. Most addresses are where the string before ends, which a compressor of bytes
//! can't see: to it each is two new bytes. So they are stored as what they differ by from there, mostly
//! zero, and the module's start function puts the addresses back before any other of its code runs, as a
//! loader relocates a program. That costs some 60 bytes and saves 3.3 kB after brotli.
//!
//! Nothing depends on the bytes being what they are taken for: any run of pairs comes back as it was.

use walrus::ir::{BinaryOp, LoadKind, MemArg, StoreKind, UnaryOp, Value};
use walrus::{ConstExpr, DataId, DataKind, FunctionBuilder, Module, ValType};

/// Bytes of a pair: address and length, four each.
const PAIR: usize = 8;

/// Shorter tables are not worth the code.
const FEWEST: usize = 1000;

/// The longest string that is looked for.
const LONGEST: u32 = 255;

/// Stores the addresses of the module's longest table of strings as differences. A module with no such
/// table, or with a start function of its own, stays as it is.
pub(crate) fn shorten(module: &mut Module) {
    if module.start.is_some() {
        return;
    }
    let Some(table) = longest(module) else {
        return;
    };
    let pairs = &mut module.data.get_mut(table.data).value[table.start..][..table.pairs * PAIR];
    let first = word(pairs, 0);
    subtract(pairs, first);
    let (from, to) = (table.address, table.address + (table.pairs * PAIR) as u32);

    let memory = table.memory;
    let [next, at, distance] = [(); 3].map(|()| module.locals.add(ValType::I32));
    let mut start = FunctionBuilder::new(&mut module.types, &[], &[]);
    let word = |offset| MemArg { align: 4, offset };
    let load = LoadKind::I32 { atomic: false };
    let store = StoreKind::I32 { atomic: false };
    start
        .func_body()
        .i32_const(first.cast_signed())
        .local_set(next)
        .i32_const(from.cast_signed())
        .local_set(at)
        .loop_(None, |each| {
            let again = each.id();
            // The address: the distance from where the string before ended.
            each.local_get(at)
                .local_get(at)
                .load(memory, load, word(0))
                .local_tee(distance)
                .local_get(next)
                .binop(BinaryOp::I32Add)
                .store(memory, store, word(0));
            // Where this one ends, if it is there.
            each.local_get(next)
                .local_get(at)
                .load(memory, load, word(4))
                .const_(Value::I32(0))
                .local_get(distance)
                .unop(UnaryOp::I32Eqz)
                .select(None)
                .binop(BinaryOp::I32Add)
                .local_set(next);
            each.local_get(at)
                .i32_const(PAIR as i32)
                .binop(BinaryOp::I32Add)
                .local_tee(at)
                .i32_const(to.cast_signed())
                .binop(BinaryOp::I32LtU)
                .br_if(again);
        });
    module.start = Some(start.finish(Vec::new(), &mut module.funcs));
}

/// Where a table is.
struct Table {
    data: DataId,
    memory: walrus::MemoryId,
    /// Within the data.
    start: usize,
    /// In memory.
    address: u32,
    pairs: usize,
}

/// Finds the longest run of pairs that look like strings.
fn longest(module: &Module) -> Option<Table> {
    let mut best: Option<Table> = None;
    for data in module.data.iter() {
        let DataKind::Active {
            memory,
            offset: ConstExpr::Value(Value::I32(offset)),
        } = data.kind
        else {
            continue;
        };
        let base = offset.cast_unsigned();
        let Some((start, pairs)) = run(&data.value, base) else {
            continue;
        };
        if best.as_ref().is_none_or(|best| best.pairs < pairs) {
            best = Some(Table {
                data: data.id(),
                memory,
                start,
                address: base + start as u32,
                pairs,
            });
        }
    }
    best.filter(|best| best.pairs >= FEWEST)
}

/// Returns start and number of the pairs of the longest run in data that stands at `base`.
fn run(data: &[u8], base: u32) -> Option<(usize, usize)> {
    let string = |at: usize| {
        let (address, length) = (word(data, at), word(data, at + 4));
        (1..=LONGEST).contains(&length)
            && address
                .checked_sub(base)
                .is_some_and(|start| start as usize + length as usize <= data.len())
    };
    // Words are aligned, so a run starts at one of two places.
    let first = base.wrapping_neg() as usize % 4;
    let mut best = (0, 0);
    for phase in [first, first + 4] {
        let mut pairs = 0;
        for at in (phase..(data.len() + 1).saturating_sub(PAIR)).step_by(PAIR) {
            pairs = if string(at) { pairs + 1 } else { 0 };
            if pairs > best.1 {
                best = (at + PAIR - pairs * PAIR, pairs);
            }
        }
    }
    (best.1 > 0).then_some(best)
}

/// Replaces each address by its distance from the end of the string before. A string that is elsewhere
/// (for it was there already) is passed over: the one after it goes on from the same end.
fn subtract(pairs: &mut [u8], first: u32) {
    let mut next = first;
    for at in (0..pairs.len()).step_by(PAIR) {
        let distance = word(pairs, at).wrapping_sub(next);
        if distance == 0 {
            next = next.wrapping_add(word(pairs, at + 4));
        }
        pairs[at..at + 4].copy_from_slice(&distance.to_le_bytes());
    }
}

/// Returns the four bytes at `at` as a number.
fn word(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: u32 = 0x1000;

    fn bytes(pairs: &[(u32, u32)]) -> Vec<u8> {
        pairs
            .iter()
            .flat_map(|&(address, length)| [address, length])
            .flat_map(u32::to_le_bytes)
            .collect()
    }

    /// What the start function does.
    fn add(pairs: &mut [u8], first: u32) {
        let mut next = first;
        for at in (0..pairs.len()).step_by(PAIR) {
            let distance = word(pairs, at);
            pairs[at..at + 4].copy_from_slice(&distance.wrapping_add(next).to_le_bytes());
            if distance == 0 {
                next = next.wrapping_add(word(pairs, at + 4));
            }
        }
    }

    #[test]
    fn strings_in_a_row_are_at_distance_zero() {
        let mut pairs = bytes(&[(BASE, 5), (BASE + 5, 2), (BASE + 2, 1), (BASE + 7, 3)]);
        subtract(&mut pairs, BASE);
        assert_eq!(
            pairs,
            bytes(&[(0, 5), (0, 2), (5_u32.wrapping_neg(), 1), (0, 3)])
        );
    }

    #[test]
    fn whatever_the_bytes_they_come_back() {
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect();
        for original in [
            noise,
            bytes(&[(BASE, 0), (BASE, 0), (u32::MAX, u32::MAX), (0, 1)]),
        ] {
            let mut pairs = original.clone();
            let first = word(&pairs, 0);
            subtract(&mut pairs, first);
            add(&mut pairs, first);
            assert_eq!(pairs, original);
        }
    }

    #[test]
    fn the_longest_run_is_found_where_it_starts() {
        let mut data = vec![0xFF; 12];
        data.extend(bytes(&[(BASE, 3), (BASE + 3, 4), (BASE + 1, 2)]));
        data.extend([0xFF; 9]);
        data.extend(bytes(&[(BASE, 3)]));
        assert_eq!(run(&data, BASE), Some((12, 3)));
        assert_eq!(run(&[0xFF; 7], BASE), None);
        assert_eq!(run(&[], BASE), None);
    }
}
