//! The user's pager, chosen and started as git does it.

use std::io::{IsTerminal, Write};
use std::process::{Child, Command, Stdio};

/// The pager for long answers: `GIT_PAGER`, what is `configured`, `PAGER`, else `less`. None
/// where stdout is no terminal, or git was told to use none.
pub fn chosen(configured: impl FnOnce() -> Option<String>) -> Option<String> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let variable = |name: &str| std::env::var(name).ok();
    let pager = variable("GIT_PAGER").or_else(configured).or_else(|| variable("PAGER"));
    pager.or_else(|| Some("less".to_owned())).filter(|pager| !["", "cat"].contains(&pager.trim()))
}

/// Shows a text in a pager, and waits until the reader is done. False when it cannot be started.
pub fn show(pager: &str, text: &str) -> bool {
    let Some(mut running) = start(pager) else { return false };
    if let Some(mut input) = running.stdin.take() {
        // Who leaves the pager has seen what was wanted.
        drop(input.write_all(text.as_bytes()));
    }
    was_there(running)
}

/// Starts a pager that reads what is written to it.
pub fn start(pager: &str) -> Option<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", pager]).stdin(Stdio::piped());
    for (name, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command.spawn().ok()
}

/// Waits until the reader is done. False when the shell has found no such pager.
pub fn was_there(mut pager: Child) -> bool {
    drop(pager.stdin.take());
    pager.wait().is_ok_and(|status| status.code() != Some(127))
}
