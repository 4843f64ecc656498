//! As much of an HTTP client as the tests need: bytes out, bytes in, nothing made nice.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long the slowest machine is waited for before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// A header, by its lower-case name; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks for a path, which is sent exactly as it is.
pub(crate) fn get(address: &str, path: &str) -> Response {
    get_as(address, path, address)
}

/// Asks under another name.
pub(crate) fn get_as(address: &str, path: &str, host: &str) -> Response {
    read(open(address, path, host, ""))
}

/// Asks for a part, as browsers do, who take such parts as they are.
pub(crate) fn get_part(address: &str, path: &str, range: &str) -> Response {
    let more = format!("Range: {range}\r\nAccept-Encoding: identity\r\n");
    read(open(address, path, address, &more))
}

/// Asks with more headers, each with its line end.
pub(crate) fn get_with(address: &str, path: &str, more: &str) -> Response {
    read(open(address, path, address, more))
}

fn read((mut stream, status, headers): Opened) -> Response {
    let mut body = Vec::new();
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok());
    stream
        .by_ref()
        .take(length.unwrap_or(u64::MAX))
        .read_to_end(&mut body)
        .unwrap();
    Response {
        status,
        headers,
        body,
    }
}

type Opened = (BufReader<TcpStream>, u16, BTreeMap<String, String>);

fn open(address: &str, path: &str, host: &str, more: &str) -> Opened {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        &stream,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
    )
    .unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    (stream, status, headers)
}

/// A stream of server-sent events.
#[derive(Debug)]
pub(crate) struct Events(BufReader<TcpStream>);

impl Events {
    /// Opens a stream.
    pub(crate) fn open(address: &str, path: &str) -> Self {
        let (stream, status, headers) = open(address, path, address, "");
        assert_eq!(status, 200);
        assert_eq!(headers["content-type"], "text/event-stream");
        Self(stream)
    }

    /// Waits for the data of the next event without a name.
    pub(crate) fn next(&mut self) -> String {
        self.named("")
    }

    /// Waits for the data of the next event of this name.
    pub(crate) fn named(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        let mut name = String::new();
        loop {
            line.clear();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if let Some(event) = line.strip_prefix("event:") {
                event.trim().clone_into(&mut name);
            } else if let Some(data) = line.strip_prefix("data:")
                && core::mem::take(&mut name) == wanted
            {
                return data.trim().to_owned();
            }
        }
    }
}
