//! Where in a Markdown body words are words, and where they are code.

use core::ops::Range;

/// Calls `each` with the parts of a body in order: prose (`true`), and code with its fences or
/// backticks (`false`).
pub(crate) fn parts(body: &str, each: &mut dyn FnMut(Range<usize>, bool)) {
    let mut fence: Option<(u8, usize)> = None;
    let mut prose = 0;
    let mut begun = 0;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let next = at + line.len();
        let (mark, length, rest) = fence_of(line);
        match fence {
            Some((open, most)) if mark == open && length >= most && rest.trim().is_empty() => {
                each(begun..next, false);
                fence = None;
                prose = next;
            }
            None if length >= 3 && !(mark == b'`' && rest.contains('`')) => {
                spans(body, prose..at, each);
                fence = Some((mark, length));
                begun = at;
            }
            _ => {}
        }
        at = next;
    }
    match fence {
        Some(_) => each(begun..at, false),
        None => spans(body, prose..at, each),
    }
}

/// The fence that a line begins with: its character, its length, and what follows.
fn fence_of(line: &str) -> (u8, usize, &str) {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    // The first line of an item may be a fence.
    let inner = inner.strip_prefix("- ").unwrap_or(inner).trim_start();
    let mark = *inner.as_bytes().first().unwrap_or(&0);
    if mark != b'`' && mark != b'~' {
        return (0, 0, "");
    }
    let length = inner.bytes().take_while(|byte| *byte == mark).count();
    (mark, length, &inner[length..])
}

/// Takes code between backticks out of a stretch of prose.
fn spans(body: &str, range: Range<usize>, each: &mut dyn FnMut(Range<usize>, bool)) {
    let bytes = body.as_bytes();
    let mut prose = range.start;
    let mut at = range.start;
    // Where a run of this length was looked for in vain, up to the end of the paragraph.
    let mut vain: [usize; 8] = [0; 8];
    while at < range.end {
        if bytes[at] == b'\\' {
            at += 2;
            continue;
        }
        if bytes[at] != b'`' {
            at += 1;
            continue;
        }
        let length = run(bytes, at, range.end);
        let slot = length.min(vain.len()) - 1;
        let found = if at < vain[slot] {
            None
        } else {
            close(bytes, at + length, range.end, length)
        };
        match found {
            Some(Ok(end)) => {
                each(prose..at, true);
                each(at..end, false);
                prose = end;
                at = end;
            }
            Some(Err(end)) => {
                vain[slot] = end;
                at += length;
            }
            None => at += length,
        }
    }
    if prose < range.end {
        each(prose..range.end, true);
    }
}

fn run(bytes: &[u8], at: usize, end: usize) -> usize {
    bytes[at..end]
        .iter()
        .take_while(|byte| **byte == b'`')
        .count()
}

/// Where the code ends, or where its paragraph does without it.
fn close(bytes: &[u8], mut at: usize, end: usize, length: usize) -> Option<Result<usize, usize>> {
    let mut blank = false;
    while at < end {
        match bytes[at] {
            b'`' => {
                let found = run(bytes, at, end);
                at += found;
                if found == length {
                    return Some(Ok(at));
                }
                blank = false;
                continue;
            }
            b'\n' if blank => return Some(Err(at)),
            b'\n' => blank = true,
            b' ' | b'\t' | b'\r' => {}
            _ => blank = false,
        }
        at += 1;
    }
    Some(Err(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose(body: &str) -> String {
        let mut out = String::new();
        let mut last = 0;
        parts(body, &mut |range, is_prose| {
            assert_eq!(range.start, last, "{body}");
            last = range.end;
            out.push_str(if is_prose { &body[range] } else { "·" });
        });
        assert_eq!(last, body.len(), "{body}");
        out
    }

    #[test]
    fn code_is_told_from_prose() {
        for (body, expected) in [
            ("a `b` c", "a · c"),
            ("a ``b ` c`` d", "a · d"),
            ("a `b\n\nc` d", "a `b\n\nc` d"),
            ("a `b\nc` d", "a · d"),
            ("\\`a` b", "\\`a` b"),
            ("x\n```rust\n[[a]]\n```\ny", "x\n·y"),
            ("x\n~~~\n```\n~~~\ny", "x\n·y"),
            ("x\n````\n```\n````\ny", "x\n·y"),
            ("> ```\n> a\n> ```\nb", "·b"),
            ("```\nnever closed", "·"),
            ("``` a ``` b", "· b"),
            ("", ""),
        ] {
            assert_eq!(prose(body), expected, "{body}");
        }
    }

    #[test]
    fn many_backticks_take_linear_time() {
        let body = "` `` ``` ".repeat(100_000);
        assert!(!prose(&body).is_empty());
    }
}
