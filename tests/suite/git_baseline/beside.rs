//! The real program beside the real git: the same environment, one commit of each.

use std::io::Write as _;

use crate::sandbox::{Call, Outcome, Sandbox};

/// A write that always has something to say.
pub(super) const WRITE: [&str; 7] =
    ["incident", "--severity", "P2", "--module", "technical_foundation", "--summary", "Slow pages"];
/// A commit of git's that needs nothing to be changed.
pub(super) const COMMIT: [&str; 5] = ["commit", "--quiet", "--allow-empty", "-m", "by git"];

/// Variables that are set, or taken away, for one command.
pub(super) type Variables<'a> = &'a [(&'a str, Option<&'a str>)];

/// A call with these variables.
pub(super) fn with<'s>(call: Call<'s>, variables: Variables<'_>) -> Call<'s> {
    variables.iter().fold(call, |call, (name, value)| match value {
        Some(value) => call.env(name, value),
        None => call.without(name),
    })
}

/// The program makes a commit in this environment.
pub(super) fn by_us(sandbox: &Sandbox, variables: Variables<'_>) -> Outcome {
    with(sandbox.call("ohmymkt", &WRITE), variables).run()
}

/// Git makes one in the same environment.
pub(super) fn by_git(sandbox: &Sandbox, variables: Variables<'_>) -> Outcome {
    with(sandbox.call("git", &COMMIT), variables).run()
}

/// The lines of a commit that begin with one of these words.
pub(super) fn headers(sandbox: &Sandbox, words: &[&str]) -> Vec<u8> {
    let output = sandbox.call("git", &["cat-file", "commit", "HEAD"]).at(&sandbox.now()).command().output();
    let bytes = output.expect("git runs").stdout;
    let wanted = |line: &&[u8]| words.iter().any(|word| line.starts_with(word.as_bytes()));
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    bytes[..end].split(|byte| *byte == b'\n').filter(wanted).collect::<Vec<_>>().join(&b'\n')
}

/// The committed state is whole, and nothing is left to do or to remove.
#[track_caller]
pub(super) fn assert_clean(sandbox: &Sandbox) {
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
    let left: Vec<_> = sandbox.names(".git/ohmymkt").into_iter().filter(|n| n.starts_with("sign")).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// Says that a test cannot look here, past the harness, which would keep it to itself.
pub(super) fn skipped(why: &str) {
    writeln!(std::io::stderr(), "SKIPPED: {why}").expect("stderr can be written to");
}
