//! An answer that cannot be written is no success.

use crate::sandbox::Sandbox;

#[test]
fn a_full_device_ends_with_1_and_is_told() {
    let sandbox = Sandbox::new().started();
    for command in [
        "status",
        "status --json",
        "log",
        "log --json",
        "log -n 1 --format x",
        "show HEAD",
        "list-tasks",
        "verify --format sarif",
        "verify --format junit",
        "man",
        "completions bash",
        "explain p0-forces-rollback",
        "textconv .ohmymkt/state/gates.json",
        "--help",
        "--version",
        "run-cycle --help",
    ] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.sh(&format!("git-mkt {command} >/dev/full")).code(1));
        assert!(outcome.stderr.starts_with("error: cannot write the answer: "), "{outcome}");
    }
    // What was recorded stands, and is named.
    let incident = "incident --severity P2 --module scale_loop --summary x";
    let before = sandbox.commits();
    let outcome = sandbox.sh(&format!("git-mkt {incident} >/dev/full")).code(1);
    outcome.stderr_has(&format!("hint: git mkt show {}", sandbox.head()));
    assert_eq!(sandbox.commits(), before + 1);
    // What the rules said stands, and a failure is told where it can be.
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    sandbox.sh("git-mkt check-gates >/dev/full").code(2).stderr_has("cannot write the answer");
    sandbox.sh("git-mkt show nope --json >/dev/full").code(1).stderr_has("error: `nope` is no record");
    sandbox.sh("git-mkt list-tasks --nope --json >/dev/full").code(129);
}
