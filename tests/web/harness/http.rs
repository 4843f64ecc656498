//! As much HTTP/1.1 as drivers and browsers need from the harness: one request a connection.
//!
//! Small on purpose. No TLS, no connection is kept, everything has a time limit.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How long a browser may leave a connection open without saying anything.
const SILENCE: Duration = Duration::from_secs(20);
/// A request or a response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message {
    /// The first line: `GET /path HTTP/1.1` or `HTTP/1.1 200 OK`.
    pub(crate) line: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// A header's value, by its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A word of the first line.
    pub(crate) fn word(&self, place: usize) -> &str {
        self.line.split(' ').nth(place).unwrap_or_default()
    }

    fn read(stream: &TcpStream, response: bool) -> io::Result<Self> {
        let mut reader = BufReader::new(stream);
        let mut message = Self {
            line: line(&mut reader)?,
            ..Self::default()
        };
        loop {
            let line = line(&mut reader)?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            message
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        if let Some(length) = message.header("content-length") {
            let length = length.parse().map_err(io::Error::other)?;
            message.body.resize(length, 0);
            reader.read_exact(&mut message.body)?;
        } else if message.header("transfer-encoding") == Some("chunked") {
            message.body = chunks(&mut reader)?;
        } else if response {
            reader.read_to_end(&mut message.body)?;
        }
        Ok(message)
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let line = String::from_utf8_lossy(&line);
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn chunks(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(reader)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size, 0);
        reader.read_exact(&mut body[start..])?;
        line(reader)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

/// Sends a request to a port of this machine and returns status and body.
pub(crate) fn ask(
    port: u16,
    method: &str,
    path: &str,
    body: &[u8],
    patience: Duration,
) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let answer = Message::read(&stream, true)?;
    let status = answer.word(1).parse().map_err(io::Error::other)?;
    Ok((status, answer.body))
}

/// What a server says.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: &'static str,
    pub(crate) body: Vec<u8>,
    /// How many bytes of the body are sent before the connection ends; all when nothing is said.
    pub(crate) cut: Option<usize>,
    /// Further headers, each with its end of line.
    pub(crate) headers: String,
    /// What becomes of a wish for a part of it.
    pub(crate) ranges: Ranges,
}

/// How a server answers who asks for a part of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Ranges {
    /// With that part.
    #[default]
    Sent,
    /// With the whole file.
    Ignored,
    /// That there is no such part.
    Refused,
    /// With half of it.
    Halved,
    /// With the bytes after it, under the name of what was asked for.
    Shifted,
    /// With that part of the file as it is when it was compressed.
    Compressed,
}

impl Answer {
    /// The answer of a host that is gone: the connection ends.
    pub(crate) fn gone() -> Self {
        Self {
            status: 0,
            ..Self::file("", "")
        }
    }

    /// A file.
    pub(crate) fn file(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            kind,
            body: body.into(),
            cut: None,
            headers: String::new(),
            ranges: Ranges::Sent,
        }
    }

    /// What static hosts send for a file that is not there.
    pub(crate) fn missing() -> Self {
        Self {
            status: 404,
            kind: "text/html; charset=utf-8",
            body: b"<!doctype html><title>Not found</title><p>There is no such page.".to_vec(),
            cut: None,
            headers: String::new(),
            ranges: Ranges::Sent,
        }
    }

    /// The same for who asked for `bytes=first-last`, as far as the server knows of ranges.
    pub(crate) fn part(mut self, range: &str) -> Self {
        let asked = range
            .strip_prefix("bytes=")
            .and_then(|range| range.split_once('-'))
            .and_then(|(first, last)| Some((first.parse().ok()?, last.parse::<usize>().ok()?)));
        let (200, Some((first, last)), false) =
            (self.status, asked, self.ranges == Ranges::Ignored)
        else {
            return self;
        };
        if self.ranges == Ranges::Compressed {
            let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
            gzip.write_all(&self.body).expect("memory");
            self.body = gzip.finish().expect("memory");
            self.headers += "Content-Encoding: gzip\r\n";
        }
        let all = self.body.len();
        if self.ranges == Ranges::Refused || first >= all {
            self.status = 416;
            self.body.clear();
            return self;
        }
        let end = all.min(last + 1);
        self.headers += &format!("Content-Range: bytes {first}-{}/{all}\r\n", end - 1);
        self.status = 206;
        let (from, to) = match self.ranges {
            Ranges::Halved => (first, first + (end - first) / 2),
            Ranges::Shifted => (first + 1, all.min(end + 1)),
            _ => (first, end),
        };
        self.body = self.body[from..to].to_vec();
        self
    }

    fn write(&self, mut stream: &TcpStream, body: bool) -> io::Result<()> {
        if self.status == 0 {
            return Ok(());
        }
        let head = format!(
            "HTTP/1.1 {} -\r\nContent-Type: {}\r\nContent-Length: {}\r\n\
             Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\n\
             Connection: close\r\n{}\r\n",
            self.status,
            self.kind,
            self.body.len(),
            self.headers
        );
        stream.write_all(head.as_bytes())?;
        if body {
            stream.write_all(&self.body[..self.cut.unwrap_or(self.body.len())])?;
        }
        stream.flush()
    }
}

/// Answers requests on a free port of this machine, which is returned, until the process ends.
pub(crate) fn serve(answer: impl Fn(&Message) -> Answer + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("a bound socket").port();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // A browser that goes away in the middle is no concern of a test.
            thread::spawn(move || {
                let _ = converse(&stream, &*answer);
            });
        }
    });
    port
}

fn converse(stream: &TcpStream, answer: &dyn Fn(&Message) -> Answer) -> io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let request = Message::read(stream, false)?;
    answer(&request).write(stream, request.word(0) != "HEAD")
}
