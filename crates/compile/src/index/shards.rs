//! Terms in order, cut into shards, and the tables that name these; in an archive with packs, what a
//! table names is written with it.

use rayon::prelude::*;
use shelfmark_bundle::{IndexWriter, Posting, Scale, ShardKind, ShardRef, Term, TermTable};

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
const TABLES: usize = 400;

/// About how many bytes of memory a run of terms takes that is cut into shards by itself, beside others: a
/// shard ends where such a run does, however many threads there are.
const RUN: usize = 8 << 20;

/// About how many of them a term takes beside its postings.
const TERM: usize = 128;

/// Runs that are in memory at a time, at the most.
const RUNS: usize = 8;

/// Writes all terms; a shard of `shard` bytes is full.
pub(crate) fn write(
    mut terms: Merge<'_>,
    unions: &[Union],
    words: &Words,
    scale: &Scale,
    shard: usize,
    writer: &Writer<'_>,
) -> Result<Vec<(String, ShardRef)>, Error> {
    let mut shards = Shards {
        scale,
        shard,
        waiting: Vec::new(),
        run: Vec::new(),
        bytes: 0,
        written: Vec::new(),
        spool: writer.is_packing().then(Spool::new).transpose()?,
        writer,
    };
    let mut unions = unions.iter().peekable();
    while let Some(merged) = terms.next()? {
        while let Some(union) = unions.next_if(|union| union.key < merged.key) {
            shards.push(union.term())?;
        }
        let mut postings = Vec::with_capacity(merged.count as usize);
        merged.postings(|posting| postings.push(posting));
        shards.push(Term {
            forms: words.forms_of(&merged.key),
            key: merged.key,
            postings,
        })?;
    }
    // What begins with the last term stands after it.
    for union in unions {
        shards.push(union.term())?;
    }
    shards.finish()
}

/// Takes terms in order, and writes them run by run.
struct Shards<'a> {
    scale: &'a Scale,
    /// Bytes after which a shard is full; half of them are enough when a large list follows.
    shard: usize,
    /// Runs that wait to be cut.
    waiting: Vec<Vec<Term>>,
    /// The run that is not full yet, and about how many bytes it takes.
    run: Vec<Term>,
    bytes: usize,
    written: Vec<(String, ShardRef)>,
    /// Bytes of shards that will stand in packs: which of them together is known at the end.
    spool: Option<Spool>,
    writer: &'a Writer<'a>,
}

impl Shards<'_> {
    fn push(&mut self, term: Term) -> Result<(), Error> {
        self.bytes += TERM + term.postings.len() * size_of::<Posting>();
        self.run.push(term);
        if self.bytes >= RUN {
            self.bytes = 0;
            self.waiting.push(core::mem::take(&mut self.run));
        }
        if self.waiting.len() >= rayon::current_num_threads().min(RUNS) {
            self.flush()?;
        }
        Ok(())
    }

    /// Cuts and writes the runs that wait.
    fn flush(&mut self) -> Result<(), Error> {
        let runs = core::mem::take(&mut self.waiting);
        let writer = self.writer;
        let Some(spool) = &mut self.spool else {
            let written = cut(runs, self.scale, self.shard, |json| {
                writer.shard(ShardKind::Index, json)
            })?;
            self.written.extend(written);
            return Ok(());
        };
        let made = cut(runs, self.scale, self.shard, |json| {
            writer.member(ShardKind::Index, json)
        })?;
        for (first, member) in made {
            spool.push(&member.bytes)?;
            self.written.push((first, member.shard));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<(String, ShardRef)>, Error> {
        self.waiting.push(core::mem::take(&mut self.run));
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

/// Cuts runs of terms into shards, each run by itself, and gives what is made of the JSON of each, with its
/// first key.
fn cut<T: Send>(
    runs: Vec<Vec<Term>>,
    scale: &Scale,
    shard: usize,
    make: impl Fn(&[u8]) -> Result<T, Error> + Sync,
) -> Result<Vec<(String, T)>, Error> {
    let of_run = |run: Vec<Term>| -> Result<Vec<(String, T)>, Error> {
        let mut cutter = Cutter::new(scale, shard);
        run.into_iter().for_each(|term| cutter.push(term));
        let shards = cutter.finish().into_par_iter();
        shards
            .map(|(first, json)| Ok((first, make(&json)?)))
            .collect()
    };
    let made: Vec<_> = runs
        .into_par_iter()
        .map(of_run)
        .collect::<Result<_, Error>>()?;
    Ok(made.into_iter().flatten().collect())
}

/// Cuts a run of terms into shards.
struct Cutter<'a> {
    scale: &'a Scale,
    shard: usize,
    /// First key of the open shard.
    first: String,
    open: Option<IndexWriter<'a>>,
    /// First key and JSON of those that are full.
    full: Vec<(String, Vec<u8>)>,
}

impl<'a> Cutter<'a> {
    fn new(scale: &'a Scale, shard: usize) -> Self {
        Self {
            scale,
            shard,
            first: String::new(),
            open: None,
            full: Vec::new(),
        }
    }

    fn push(&mut self, term: Term) {
        let term = &term.as_told();
        let bytes = self.open.as_ref().map_or(0, IndexWriter::bytes);
        let full = self.open.as_ref().is_some_and(|open| !open.has_room(term));
        let half = self.shard / 2;
        if full || (bytes > half && bytes + self.estimate(term) > self.shard + half) {
            self.cut();
        }
        let open = self.open.get_or_insert_with(|| {
            self.first.clone_from(&term.key);
            IndexWriter::new(self.scale)
        });
        open.push(term);
        if open.bytes() >= self.shard {
            self.cut();
        }
    }

    /// About how many bytes a list takes: that of ids drawn at random, and what they hold.
    fn estimate(&self, term: &Term) -> usize {
        let count = term.postings.len();
        let mean = (self.scale.posts() as usize / count.max(1)).max(1);
        count * (mean.ilog2() as usize + 3) / 8
    }

    fn cut(&mut self) {
        if let Some(open) = self.open.take() {
            self.full.push((self.first.clone(), open.finish()));
        }
    }

    fn finish(mut self) -> Vec<(String, Vec<u8>)> {
        self.cut();
        self.full
    }
}
