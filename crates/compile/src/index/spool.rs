//! Bytes that are put aside on disk and taken back in the same order.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

use super::run::failed;
use crate::error::Error;

/// Takes bytes, into a file that vanishes by itself.
#[derive(Debug)]
pub(crate) struct Spool {
    file: BufWriter<File>,
}

/// Gives them back.
#[derive(Debug)]
pub(crate) struct Spooled {
    file: BufReader<File>,
}

impl Spool {
    /// An empty one.
    pub(crate) fn new() -> Result<Self, Error> {
        let file = tempfile::tempfile().map_err(failed("create"))?;
        Ok(Self {
            file: BufWriter::new(file),
        })
    }

    /// Adds bytes at the end.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(failed("write"))
    }

    /// Goes back to the beginning.
    pub(crate) fn open(self) -> Result<Spooled, Error> {
        let open = || -> io::Result<File> {
            let mut file = self.file.into_inner()?;
            file.rewind()?;
            Ok(file)
        };
        let file = open().map_err(failed("read"))?;
        Ok(Spooled {
            file: BufReader::new(file),
        })
    }
}

impl Spooled {
    /// The next bytes, as many as asked for.
    pub(crate) fn next(&mut self, bytes: u64) -> Result<Vec<u8>, Error> {
        let mut taken = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
        let read = (&mut self.file).take(bytes).read_to_end(&mut taken);
        read.map_err(failed("read"))?;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_comes_out_in_order() {
        let mut spool = Spool::new().unwrap();
        for bytes in [&b"one"[..], b"", b"three"] {
            spool.push(bytes).unwrap();
        }
        let mut spooled = spool.open().unwrap();
        assert_eq!(spooled.next(2).unwrap(), b"on");
        assert_eq!(spooled.next(4).unwrap(), b"ethr");
        assert_eq!(spooled.next(2).unwrap(), b"ee");
    }
}
