//! Placeholder until the generator below is filled in.
