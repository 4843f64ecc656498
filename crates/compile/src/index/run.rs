//! A sorted run of lists on disk.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::Path;

use super::lists::List;
use crate::error::Error;

/// Lists written out, by key.
#[derive(Debug)]
pub(crate) struct Run {
    file: File,
}

impl Run {
    /// Writes lists, which are in order, to a file that vanishes by itself.
    pub(crate) fn write(lists: Vec<(String, List)>) -> Result<Self, Error> {
        let write = || -> io::Result<File> {
            let mut out = BufWriter::with_capacity(1 << 20, tempfile::tempfile()?);
            for (key, list) in lists {
                for number in [key.len() as u32, list.count, list.bytes.len() as u32] {
                    out.write_all(&number.to_le_bytes())?;
                }
                out.write_all(key.as_bytes())?;
                out.write_all(&list.bytes)?;
            }
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        let file = write().map_err(failed("write"))?;
        Ok(Self { file })
    }

    /// Reads it from the start.
    pub(crate) fn open(&self) -> Result<RunReader, Error> {
        let open = || -> io::Result<RunReader> {
            let mut file = self.file.try_clone()?;
            file.rewind()?;
            Ok(RunReader {
                file: BufReader::with_capacity(1 << 20, file),
            })
        };
        open().map_err(failed("read"))
    }
}

pub(super) fn failed(what: &'static str) -> impl FnOnce(io::Error) -> Error {
    move |error| Error::file(what, Path::new("a temporary file of the index"))(error)
}

/// A key, its list and the number of its postings.
pub(crate) type Head = (String, Vec<u8>, u32);

/// Reads a run; one at a time, as clones of a file share their place.
#[derive(Debug)]
pub(crate) struct RunReader {
    file: BufReader<File>,
}

impl RunReader {
    /// The next list; `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Head>, Error> {
        if io::BufRead::fill_buf(&mut self.file)
            .map_err(failed("read"))?
            .is_empty()
        {
            return Ok(None);
        }
        let mut read = || -> io::Result<Head> {
            let mut numbers = [[0; 4]; 3];
            for number in &mut numbers {
                self.file.read_exact(number)?;
            }
            let [key, count, list] = numbers.map(u32::from_le_bytes);
            let mut bytes = vec![0; key as usize];
            self.file.read_exact(&mut bytes)?;
            let key = String::from_utf8(bytes).map_err(io::Error::other)?;
            let mut bytes = vec![0; list as usize];
            self.file.read_exact(&mut bytes)?;
            Ok((key, bytes, count))
        };
        read().map(Some).map_err(failed("read"))
    }
}
