//! `verify` for machines: each format is what its readers take, and says what the others say.

mod github;
mod gitlab;
mod json;
mod junit;
mod pipeline;
mod range;
mod sarif;

use serde_json::Value;

use crate::sandbox::Sandbox;

/// All formats.
const FORMATS: [&str; 6] = ["human", "json", "github", "gitlab", "sarif", "junit"];

/// What a reader of logs, Markdown, XML or JSON might take for more than text.
const FORGED: &str = "::error file=a.md::forged ##[add-mask]x <b a=\"1\">&amp;]]> | `c` [l](u) 100% %0A::debug::x";

/// Commits everything with plain git, past every hook.
#[track_caller]
fn commit(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all", "--force"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", message]).ok();
}

/// So many malformed incidents, with names that a format could trip over.
fn malformed(sandbox: &Sandbox, count: usize) {
    for nth in 0..count {
        let name = format!(".ohmymkt/incidents/{nth:02}, a:b%0A\n::error::c ##[debug] é&<'\".json");
        sandbox.write(&name, format!("{{\n  \"id\": \"{}\"\n}}\n", FORGED.replace('"', "\\\"")));
    }
}

/// A history with three bad commits, whose words are as bad as their deeds: malformed
/// records, a gate whose field is a text, and a claim that nothing bears out.
fn bad() -> Sandbox {
    let sandbox = Sandbox::new().initialised();
    malformed(&sandbox, 1);
    commit(&sandbox, FORGED);
    sandbox.edit_json(".ohmymkt/state/gates.json", |gates| {
        gates["capacity_gate"]["rolling_weeks_feasible"] = FORGED.into()
    });
    commit(&sandbox, "\u{202e}sdrawkcab\u{1b}[31m\n\n\u{fffe} and more");
    sandbox.write("index.html", "x\n");
    commit(&sandbox, &format!("Claim\n\nMkt-Action: run-cycle\nMkt-Decision: {FORGED}\n"));
    sandbox
}

/// The answer of `verify` in a format, with its exit status.
#[track_caller]
fn verify(sandbox: &Sandbox, format: &str, code: i32) -> String {
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["verify", "--format", format]).code(code)).stdout
}

/// What `verify --json` found.
#[track_caller]
fn findings(sandbox: &Sandbox, code: i32) -> Vec<Value> {
    let answer = sandbox.mkt(&["verify", "--json"]).code(code).json();
    answer["findings"].as_array().expect("a list").clone()
}

/// A shallow clone of a sound history, of which not all can be seen.
fn shallow(sandbox: &Sandbox) -> std::path::PathBuf {
    let origin = format!("file://{}", sandbox.root().display());
    let target = sandbox.base().join("shallow");
    sandbox.git(&["clone", "--quiet", "--depth=1", &origin, &target.to_string_lossy()]).ok();
    target
}
