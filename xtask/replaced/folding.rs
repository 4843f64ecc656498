// Case folding from packed runs; `xtask/src/folding.rs` packs them and says how. The including file
// brings `Fold`, for the crate has it elsewhere than the test.

/// No character between these two folds: Chinese, Japanese and Yi are spared the walk.
const UNCASED: core::ops::Range<u32> = 0x2E80..0xA640;

/// What `original` folds to, by `runs`.
pub fn find(runs: &[u8], original: char) -> Fold {
    let wanted = original as u32;
    let character = |number| char::from_u32(number).unwrap_or(original);
    let mut runs = runs.iter();
    let mut next = || {
        let (mut number, mut shift) = (0, 0);
        for &byte in &mut runs {
            number |= u32::from(byte & 0x7F) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        number
    };
    let mut at = 0;
    loop {
        let (skip, shape, first) = (next(), next(), next());
        at += skip;
        // After the last run comes a skip of nothing.
        if skip == 0 || at > wanted || UNCASED.contains(&wanted) {
            return Fold::One(original);
        }
        if shape < 2 {
            let second = next();
            let third = if shape == 1 { next() } else { 0 };
            if at == wanted {
                let (first, second) = (character(first), character(second));
                return match shape {
                    0 => Fold::Two(first, second),
                    _ => Fold::Three(first, second, character(third)),
                };
            }
        } else {
            let (step, last) = (1 + shape % 2, shape / 2 - 1);
            let offset = wanted - at;
            if offset.is_multiple_of(step) && offset / step <= last {
                let difference = (first >> 1) as i32 ^ -((first & 1) as i32);
                return Fold::One(character(wanted.wrapping_add_signed(difference)));
            }
            at += step * last;
        }
    }
}
