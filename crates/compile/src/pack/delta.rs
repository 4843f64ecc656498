//! Compresses records against the articles that stand in the page, so that no text is there twice.
//!
//! A decoder that is fed an article as a stored block, then what was packed for its record, and so on,
//! is in the state in which the compressor was: it finds the text of the record in what it has just
//! seen. That is plain deflate, which every browser decodes.

use flate2::{Compress, Compression, FlushCompress};

/// A run of articles and records.
pub(super) struct Delta {
    compress: Compress,
    packed: Vec<u8>,
}

/// The last block of a deflate stream, with nothing inside.
const END: [u8; 2] = [3, 0];

impl Delta {
    pub(super) fn new() -> Self {
        Self {
            compress: Compress::new(Compression::best(), false),
            packed: Vec::new(),
        }
    }

    /// Packs a record of which the page holds this article; returns the number of bytes it takes.
    pub(super) fn next(&mut self, article: &[u8], record: &[u8]) -> usize {
        let before = self.packed.len();
        self.write(article);
        self.packed.truncate(before);
        self.write(record);
        self.packed.len() - before
    }

    /// Compresses up to the boundary of a byte.
    fn write(&mut self, bytes: &[u8]) {
        let start = self.compress.total_in();
        loop {
            self.packed.reserve(bytes.len() / 2 + 64);
            let done = (self.compress.total_in() - start) as usize;
            // Compressing into memory does not fail.
            let rest = bytes.get(done..).unwrap_or_default();
            let _ = self
                .compress
                .compress_vec(rest, &mut self.packed, FlushCompress::Sync);
            let all = (self.compress.total_in() - start) as usize == bytes.len();
            if all && self.packed.len() < self.packed.capacity() {
                return;
            }
        }
    }

    /// Everything that was packed, with its end.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.packed.extend(END);
        self.packed
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// What `pack.js` feeds the browser's decoder with.
    fn stored(bytes: &[u8], out: &mut Vec<u8>) {
        for block in bytes.chunks(0xffff) {
            let length = u16::try_from(block.len()).unwrap();
            out.push(0);
            out.extend(length.to_le_bytes());
            out.extend((!length).to_le_bytes());
            out.extend(block);
        }
    }

    #[test]
    fn records_come_out_as_they_went_in() {
        let noise: Vec<u8> = (0..200_000_u32)
            .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        let pairs: [(&[u8], &[u8]); 4] = [
            (
                b"an article about reading",
                b"{\"text\":\"an article about reading\"}",
            ),
            (b"", b"nothing stands in the page"),
            (&noise, &noise[..100_000]),
            (b"an article", b""),
        ];
        let mut delta = Delta::new();
        let sizes = pairs.map(|(article, record)| delta.next(article, record));
        let packed = delta.finish();
        assert!(sizes[0] < pairs[0].1.len(), "{sizes:?}");
        let (mut stream, mut at) = (Vec::new(), 0);
        for ((article, _), size) in pairs.iter().zip(sizes) {
            stored(article, &mut stream);
            stream.extend(&packed[at..at + size]);
            at += size;
        }
        stream.extend(&packed[at..]);
        let mut read = Vec::new();
        flate2::read::DeflateDecoder::new(&*stream)
            .read_to_end(&mut read)
            .unwrap();
        let expected: Vec<u8> = pairs
            .iter()
            .flat_map(|(article, record)| [*article, *record].concat())
            .collect();
        assert!(read == expected);
    }
}
