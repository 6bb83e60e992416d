//! Signatures that git verifies.

use super::sandbox::{Sandbox, put};

fn with_key() -> (Sandbox, String) {
    let sandbox = Sandbox::seeded();
    let key = sandbox.root().join(".git/key");
    let path = key.display().to_string();
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", &path];
    let made = sandbox
        .command("ssh-keygen")
        .args(arguments)
        .status()
        .expect("ssh-keygen runs");
    assert!(made.success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
    let allowed = sandbox.root().join(".git/allowed");
    std::fs::write(&allowed, format!("ada@example.org {public}")).expect("a file");
    sandbox.git(&["config", "gpg.format", "ssh"]);
    sandbox.git(&[
        "config",
        "gpg.ssh.allowedSignersFile",
        &allowed.display().to_string(),
    ]);
    sandbox.git(&["config", "commit.gpgSign", "true"]);
    (sandbox, path)
}

#[test]
fn an_ssh_signature_is_good() {
    let (sandbox, key) = with_key();
    sandbox.git(&["config", "user.signingKey", &key]);
    sandbox
        .commit(&[put(".ohmymkt/a.json", "1\n")], "signed")
        .expect("a commit");
    sandbox.git(&["verify-commit", "HEAD"]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%G?"]).trim(), "G");
    sandbox.assert_clean_house();
}

#[test]
fn a_failing_signer_writes_nothing() {
    let (sandbox, _) = with_key();
    let before = sandbox.tip();
    for (key, value) in [
        ("user.signingKey", "/nowhere"),
        ("gpg.ssh.program", "false"),
    ] {
        sandbox.git(&["config", key, value]);
        sandbox
            .commit(&[put(".ohmymkt/a.json", "1\n")], "signed")
            .expect_err("no key");
    }
    assert_eq!(sandbox.tip(), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
}

#[test]
fn the_bytes_are_those_of_git_commit() {
    let sandbox = Sandbox::seeded();
    sandbox
        .commit(
            &[put(".ohmymkt/a.json", "1\n")],
            "subject\n\nbody\n\nMkt-Action: x\n",
        )
        .expect("a commit");
    let ours = sandbox.tip();
    sandbox.git(&["reset", "-q", "--soft", "HEAD~1"]);
    sandbox.git(&["commit", "-q", "-m", "subject\n\nbody\n\nMkt-Action: x\n"]);
    assert_eq!(ours, sandbox.tip());
}
