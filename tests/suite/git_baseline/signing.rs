//! Signatures that git verifies.

use super::sandbox::{Sandbox, put};

fn with_key() -> (Sandbox, String) {
    let sandbox = Sandbox::seeded();
    let key = sandbox.root().join(".git/key");
    let path = key.display().to_string();
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", &path];
    let made = sandbox.command("ssh-keygen").args(arguments).status().expect("ssh-keygen runs");
    assert!(made.success());
    let public = std::fs::read_to_string(key.with_extension("pub")).expect("a public key");
    let allowed = sandbox.root().join(".git/allowed");
    std::fs::write(&allowed, format!("ada@example.org {public}")).expect("a file");
    sandbox.git(&["config", "gpg.format", "ssh"]);
    sandbox.git(&["config", "gpg.ssh.allowedSignersFile", &allowed.display().to_string()]);
    sandbox.git(&["config", "commit.gpgSign", "true"]);
    (sandbox, path)
}

#[test]
fn an_ssh_signature_is_good() {
    let (sandbox, key) = with_key();
    sandbox.git(&["config", "user.signingKey", &key]);
    sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "signed").expect("a commit");
    sandbox.git(&["verify-commit", "HEAD"]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%G?"]).trim(), "G");
    sandbox.assert_clean_house();
}

#[test]
fn a_failing_signer_writes_nothing() {
    let (sandbox, _) = with_key();
    let before = sandbox.tip();
    for (key, value) in [("user.signingKey", "/nowhere"), ("gpg.ssh.program", "false")] {
        sandbox.git(&["config", key, value]);
        sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "signed").expect_err("no key");
    }
    assert_eq!(sandbox.tip(), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
}

#[test]
fn the_bytes_are_those_of_git_commit() {
    let sandbox = Sandbox::seeded();
    sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "subject\n\nbody\n\nMkt-Action: x\n").expect("a commit");
    let ours = sandbox.tip();
    sandbox.git(&["reset", "-q", "--soft", "HEAD~1"]);
    sandbox.git(&["commit", "-q", "-m", "subject\n\nbody\n\nMkt-Action: x\n"]);
    assert_eq!(ours, sandbox.tip());
}

/// A signer that writes down what it was asked.
fn with_fake_signer(format: &str) -> Sandbox {
    let sandbox = Sandbox::seeded();
    let git = sandbox.root().join(".git");
    let script = format!(
        "#!/bin/sh\n{{ echo \"$@\"; cat; }} >>{}/asked\nprintf '%s\\n' '-----BEGIN PGP SIGNATURE-----' '' abc= '-----END PGP SIGNATURE-----'\nprintf '\\n[GNUPG:] SIG_CREATED x\\n' >&2\n",
        git.display()
    );
    std::fs::write(git.join("signer"), script).expect("a script");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(git.join("signer"), mode).expect("a mode");
    sandbox.git(&["config", "gpg.format", format]);
    sandbox.git(&["config", &format!("gpg.{format}.program"), &git.join("signer").display().to_string()]);
    sandbox.git(&["config", "commit.gpgSign", "yes"]);
    sandbox
}

#[test]
fn signed_bytes_and_what_the_signer_is_asked_are_those_of_git_commit() {
    for (format, key) in [("openpgp", None), ("openpgp", Some("ABCD")), ("x509", Some("id"))] {
        let sandbox = with_fake_signer(format);
        if let Some(key) = key {
            sandbox.git(&["config", "user.signingKey", key]);
        }
        let asked = sandbox.root().join(".git/asked");
        sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "subject\n\nbody\n").expect("a commit");
        let ours = (sandbox.tip(), std::fs::read_to_string(&asked).expect("asked"));
        std::fs::remove_file(&asked).expect("removed");
        sandbox.git(&["reset", "-q", "--soft", "HEAD~1"]);
        sandbox.git(&["commit", "-q", "-m", "subject\n\nbody"]);
        assert_eq!(ours, (sandbox.tip(), std::fs::read_to_string(&asked).expect("asked")));
    }
}

#[test]
fn a_latin_encoding_is_written_as_git_writes_it_and_what_it_cannot_hold_is_refused() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]);
    sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "Größe").expect("a commit");
    assert_eq!(sandbox.git(&["log", "-1", "--encoding=UTF-8", "--format=%s %e"]), "Größe ISO-8859-1\n");
    sandbox.commit(&[put(".ohmymkt/a.json", "2\n")], "漢").expect_err("not in this encoding");
    sandbox.assert_clean_house();
}
