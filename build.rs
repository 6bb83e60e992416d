//! Names the source that a program was built from, so that what one judged and kept another does
//! not take for its own.
//!
//! Links the released programs of Linux statically: a third of a millisecond of every start, some
//! quarter of a hook, goes into finding three shared libraries.
//!
//! The flag for it, `-C target-feature=+crt-static`, can only be given to all crates at once, and
//! procedural macros cannot be built with it. So the compiler takes the libraries for dynamic ones,
//! and the linker finds static ones under their names. Where there are none, all stays as it was.
#![expect(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a build script talks with cargo")]

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the linker is asked for, and the static library that serves it.
const LIBRARIES: [(&str, &str); 3] = [("libc.a", "libc.a"), ("libm.a", "libm.a"), ("libgcc_s.a", "libgcc_eh.a")];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src");
    println!("cargo:rustc-env=OHMYMKT_SOURCE={:016x}", digest(Path::new("src")));
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    let here = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && built_for_itself();
    if !is("PROFILE", "release") || !here {
        return;
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    if LIBRARIES.iter().all(|(asked, serving)| stand_in(&folder.join(asked), serving).is_some()) {
        println!("cargo:rustc-link-arg-bins=-static-pie");
        println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
    }
}

/// A number that another source does not have: of the names and contents of all files in a folder.
fn digest(folder: &Path) -> u64 {
    let mut state = DefaultHasher::new();
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the source").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        path.hash(&mut state);
        match std::fs::read(&path) {
            Ok(bytes) => bytes.hash(&mut state),
            Err(_) => digest(&path).hash(&mut state),
        }
    }
    state.finish()
}

/// Whether the machine that builds can also run what is built: then `cc` knows its libraries.
fn built_for_itself() -> bool {
    std::env::var_os("HOST") == std::env::var_os("TARGET")
}

/// Writes a linker script that leads to a static library, if the compiler has it.
fn stand_in(script: &Path, library: &str) -> Option<()> {
    let output = Command::new("cc").arg(format!("-print-file-name={library}")).output().ok()?;
    let found = String::from_utf8(output.stdout).ok()?;
    let found = Path::new(found.trim());
    // A name without a folder is the compiler's way to say that there is none.
    if !found.is_absolute() || !found.exists() {
        return None;
    }
    std::fs::write(script, format!("INPUT(\"{}\")\n", found.display())).ok()
}
