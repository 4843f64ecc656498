//! Terms in order, cut into shards, and the tables that name these; in an archive with packs, what a
//! table names is written with it.

use rayon::prelude::*;
use shelfmark_bundle::{IndexWriter, Scale, ShardKind, ShardRef, Term, TermTable};

use super::merge::Merge;
use super::prefix::Union;
use super::spool::Spool;
use super::words::Words;
use crate::error::Error;
use crate::shard;
use crate::writer::Writer;

/// Shards of a table, at the least: a larger archive has larger tables, not more of them, as the
/// manifest names them all.
const TABLE: usize = 32;

/// Tables, until they are larger than [`TABLE`].
const TABLES: usize = 200;

/// Shards compressed and written together.
const BATCH: usize = 2_048;

/// Writes all terms; a shard of `shard` bytes is full.
pub(crate) fn write(
    terms: Merge<'_>,
    unions: &[Union],
    words: &Words,
    scale: &Scale,
    shard: usize,
    writer: &Writer<'_>,
) -> Result<Vec<(String, ShardRef)>, Error> {
    let mut cutter = Cutter {
        scale,
        shard,
        first: String::new(),
        open: None,
        full: Vec::new(),
        written: Vec::new(),
        spool: writer.is_packing().then(Spool::new).transpose()?,
        writer,
    };
    let mut terms = terms;
    let mut unions = unions.iter().peekable();
    while let Some(merged) = terms.next()? {
        while let Some(union) = unions.next_if(|union| union.key < merged.key) {
            cutter.push(union.term())?;
        }
        let mut postings = Vec::with_capacity(merged.count as usize);
        merged.postings(|posting| postings.push(posting));
        cutter.push(Term {
            forms: words.forms_of(&merged.key),
            key: merged.key,
            postings,
        })?;
    }
    // What begins with the last term stands after it.
    for union in unions {
        cutter.push(union.term())?;
    }
    cutter.finish()
}

struct Cutter<'a> {
    scale: &'a Scale,
    /// Bytes after which a shard is full; half of them are enough when a large list follows.
    shard: usize,
    /// First key of the open shard.
    first: String,
    open: Option<IndexWriter<'a>>,
    /// JSON of shards that wait to be written.
    full: Vec<(String, Vec<u8>)>,
    written: Vec<(String, ShardRef)>,
    /// Bytes of shards that will stand in packs: which of them together is known at the end.
    spool: Option<Spool>,
    writer: &'a Writer<'a>,
}

impl Cutter<'_> {
    fn push(&mut self, term: Term) -> Result<(), Error> {
        let term = &term.as_told();
        let bytes = self.open.as_ref().map_or(0, IndexWriter::bytes);
        let full = self.open.as_ref().is_some_and(|open| !open.has_room(term));
        let half = self.shard / 2;
        if full || (bytes > half && bytes + self.estimate(term) > self.shard + half) {
            self.cut()?;
        }
        let open = self.open.get_or_insert_with(|| {
            self.first.clone_from(&term.key);
            IndexWriter::new(self.scale)
        });
        open.push(term);
        if open.bytes() >= self.shard {
            self.cut()?;
        }
        Ok(())
    }

    /// About how many bytes a list takes: that of ids drawn at random, and what they hold.
    fn estimate(&self, term: &Term) -> usize {
        let count = term.postings.len();
        let mean = (self.scale.posts() as usize / count.max(1)).max(1);
        count * (mean.ilog2() as usize + 3) / 8
    }

    fn cut(&mut self) -> Result<(), Error> {
        if let Some(open) = self.open.take() {
            self.full.push((self.first.clone(), open.finish()));
        }
        if self.full.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Error> {
        let full = core::mem::take(&mut self.full).into_par_iter();
        let writer = self.writer;
        let Some(spool) = &mut self.spool else {
            let written: Vec<(String, ShardRef)> = full
                .map(|(first, json)| Ok((first, writer.shard(ShardKind::Index, &json)?)))
                .collect::<Result<_, Error>>()?;
            self.written.extend(written);
            return Ok(());
        };
        let made = full
            .map(|(first, json)| Ok((first, writer.member(ShardKind::Index, &json)?)))
            .collect::<Result<Vec<_>, Error>>()?;
        for (first, member) in made {
            spool.push(&member.bytes)?;
            self.written.push((first, member.shard));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(String, ShardRef)>, Error> {
        self.cut()?;
        self.flush()?;
        let count = TABLE.max(self.written.len() / TABLES);
        let mut tables = shard::spans(self.written, count);
        let mut packs = self.spool.map(Spool::open).transpose()?;
        if packs.is_some() {
            let bytes = |(_, shard): &(String, ShardRef)| shard.bytes() as usize;
            let cut = |table| shard::cut(table, shard::PACK, bytes);
            tables = tables.into_iter().flat_map(cut).collect();
        }
        let mut written = Vec::with_capacity(tables.len());
        for table in tables {
            let (keys, shards): (Vec<String>, Vec<ShardRef>) = table.into_iter().unzip();
            let first = keys.first().cloned().unwrap_or_default();
            let packed = shards.chunks(shard::PACKED);
            let bytes = packed.map(|shards| shards.iter().map(ShardRef::bytes).sum());
            let bytes: Vec<u64> = bytes.collect();
            let json = TermTable { keys, shards }.encode();
            let table = self.writer.shard(ShardKind::Terms, &json)?;
            if let Some(packs) = &mut packs {
                for (place, bytes) in bytes.into_iter().enumerate() {
                    let pack = packs.next(bytes)?;
                    self.writer
                        .put_pack(ShardKind::Index, &table, place, pack)?;
                }
            }
            written.push((first, table));
        }
        Ok(written)
    }
}
