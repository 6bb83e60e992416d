//! One target of `tests/fuzz`, guided by coverage. `FUZZ_TARGET` says which.

#![no_main]
#![expect(clippy::disallowed_methods, reason = "the environment says which target is meant")]
#![allow(dead_code, reason = "only the stable runner needs the seeds")]

#[path = "../seeds.rs"]
mod seeds;
#[path = "../targets/mod.rs"]
mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

macro_rules! named {
    ($($name:ident)*) => {
        |name: &str| match name {
            $(stringify!($name) => targets::$name::target as fn(&[u8]),)*
            other => panic!("there is no target `{other}`"),
        }
    };
}

static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let named = named! { artifact drafts hooks index merge objects packs plan shown state trailers typed written };
    named(&std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target"))
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
