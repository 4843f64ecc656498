//! Which port is listened on.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use crate::error::Error;

/// The port when none is asked for and it is free.
pub const DEFAULT_PORT: u16 = 8475;

/// How many ports after the default one are tried.
const TRIES: u16 = 100;

/// Listens on this machine only.
pub(super) fn listen(port: Option<u16>) -> Result<TcpListener, Error> {
    let Some(port) = port else {
        let mut ports = (DEFAULT_PORT..DEFAULT_PORT + TRIES).chain([0]);
        return ports
            .find_map(|port| on(port).ok())
            .ok_or_else(|| Error::refused("no free port was found", "give one with `--port`"));
    };
    on(port).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => Error::refused(
            format!("port {port} is taken by another program"),
            "give another one with `--port`, or leave it out to take a free one",
        ),
        io::ErrorKind::PermissionDenied => Error::refused(
            format!("port {port} may not be used: {error}"),
            "give one above 1023 with `--port`",
        ),
        _ => Error::Refused {
            message: format!("can't listen on port {port}: {error}"),
            help: None,
        },
    })
}

fn on(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}
