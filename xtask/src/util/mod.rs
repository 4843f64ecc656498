//! What the commands share: errors, files, child processes. Nothing here knows what is being built.

pub(crate) mod command;
pub(crate) mod failure;
pub(crate) mod files;
