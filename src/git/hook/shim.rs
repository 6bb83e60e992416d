//! The script that git runs: written, and recognised again.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::event::HookEvent;

/// The script of every hook, with marks for what differs.
const TEXT: &str = include_str!("../../../hooks/shim.sh");

/// What the second line of every version of the script begins with.
const MARKER: &[u8] = b"# ohmymkt-hook:";

const PROGRAM: &[u8] = b"\nprogram=";

/// A script of ours that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shim {
    /// The program that it hands over to first.
    pub(super) program: PathBuf,
    /// Whether it is as it was written, for this event or another.
    pub(super) intact: bool,
    /// The event it was written for.
    pub(super) event: String,
}

/// The script for an event that hands over to this program.
pub(super) fn text(event: HookEvent, program: &Path) -> Vec<u8> {
    let plain = TEXT.replace("@EVENT@", event.name()).replace("@DIGEST@", "");
    let (before, after) = plain.split_once("'@PROGRAM@'").expect("the script names its program once");
    let whole = [before.as_bytes(), &quoted(program), after.as_bytes()].concat();
    let at = marker_end(&whole).expect("the script has its marker");
    [&whole[..at], digest(&whole).as_bytes(), &whole[at..]].concat()
}

/// The script of ours, of whatever version, that these bytes are.
pub(super) fn recognise(bytes: &[u8]) -> Option<Shim> {
    let end = marker_end(bytes)?;
    let start = bytes[..end].iter().rposition(|byte| *byte == b':')? + 1;
    let plain = [&bytes[..start], &bytes[end..]].concat();
    let intact = bytes[start..end] == *digest(&plain).as_bytes();
    let at = plain.windows(PROGRAM.len()).position(|window| window == PROGRAM);
    let program = at.and_then(|at| unquoted(&plain[at + PROGRAM.len()..])).unwrap_or_default();
    let event = bytes[..start - 1].rsplit(|byte| *byte == b':').next().unwrap_or_default();
    Some(Shim { program, intact, event: String::from_utf8_lossy(event).into_owned() })
}

/// Where the marker's line ends, when the second line is one.
fn marker_end(bytes: &[u8]) -> Option<usize> {
    let second = bytes.iter().position(|byte| *byte == b'\n')? + 1;
    let rest = &bytes[second..];
    let length = rest.iter().position(|byte| *byte == b'\n')?;
    rest.starts_with(MARKER).then_some(second + length)
}

/// What the script would be known by, taken with the place of its digest left empty.
fn digest(plain: &[u8]) -> String {
    let hash = Sha256::digest(plain);
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A path as a word of shell.
pub(super) fn quoted(path: &Path) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            other => word.push(*other),
        }
    }
    word.push(b'\'');
    word
}

/// The path that a quoted word begins with.
fn unquoted(mut rest: &[u8]) -> Option<PathBuf> {
    let mut path = Vec::new();
    loop {
        rest = rest.strip_prefix(b"'")?;
        let end = rest.iter().position(|byte| *byte == b'\'')?;
        path.extend_from_slice(&rest[..end]);
        rest = &rest[end + 1..];
        let Some(more) = rest.strip_prefix(br"\'") else { break };
        path.push(b'\'');
        rest = more;
    }
    Some(PathBuf::from(OsString::from_vec(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_recognised_with_its_program_and_its_edits() {
        let shim = |program: &str| Shim { program: program.into(), intact: true, event: "pre-push".to_owned() };
        for program in ["/usr/bin/git-mkt", "/it's here/'git mkt'", "/ö/@EVENT@"] {
            let written = text(HookEvent::PrePush, Path::new(program));
            assert_eq!(recognise(&written), Some(shim(program)), "{program}");
            let edited = [written.as_slice(), b"echo more\n"].concat();
            assert_eq!(recognise(&edited).map(|shim| shim.intact), Some(false));
        }
        assert_eq!(recognise(b"#!/bin/sh\n# ohmymkt-hook\n"), None);
        assert_eq!(recognise(b"\x7fELF\0\0"), None);
    }

    #[test]
    fn a_script_of_another_version_is_recognised() {
        let plain = "#!/bin/sh\n# ohmymkt-hook:7:pre-push:\nexec later\n";
        let digest = digest(plain.as_bytes());
        let written = plain.replace("pre-push:", &format!("pre-push:{digest}"));
        assert_eq!(recognise(written.as_bytes()).map(|shim| shim.intact), Some(true));
    }
}
