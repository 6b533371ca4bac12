//! Links the unwinder into the program where the C compiler has it to link: one library less for the loader to find, map
//! and relocate is a tenth of the system calls of a warm `process`.

#![allow(clippy::print_stdout, reason = "it is how cargo is told")]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CC");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let to_itself = env::var("HOST").ok() == env::var("TARGET").ok();
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") || !to_itself {
        return;
    }
    let cc = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let Ok(told) = Command::new(cc).arg("-print-file-name=libgcc_eh.a").output() else { return };
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    // A name without a folder: the compiler has none, and the shared one is linked as ever.
    let path = Path::new(told.trim());
    if let Some(folder) = path.parent().filter(|folder| folder.is_absolute() && path.exists()) {
        println!("cargo:rustc-link-search=native={}", folder.display());
        println!("cargo:rustc-link-lib=static:-bundle,+verbatim=libgcc_eh.a");
    }
}
