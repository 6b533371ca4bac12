//! `keyfob keys`: access keys listed, switched, deleted and rotated, through the real binary, against the sandbox.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise, in its helpers too")]

#[path = "key_commands/ahead.rs"]
mod ahead;
#[path = "key_commands/faults.rs"]
mod faults;
#[cfg(target_os = "linux")]
#[path = "key_commands/file_faults.rs"]
mod file_faults;
#[path = "key_commands/list.rs"]
mod list;
#[path = "key_commands/meanwhile.rs"]
mod meanwhile;
#[path = "key_commands/named.rs"]
mod named;
#[path = "key_commands/one_key.rs"]
mod one_key;
#[path = "key_commands/others.rs"]
mod others;
#[path = "key_commands/place.rs"]
mod place;
#[path = "key_commands/rotate.rs"]
mod rotate;
#[path = "key_commands/undo.rs"]
mod undo;
