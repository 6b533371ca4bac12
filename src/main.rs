//! keyfob: see the library for the map of the house.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    keyfob::commands::main(keyfob::world::World::real(), &arguments)
}
