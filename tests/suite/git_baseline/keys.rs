//! Keys and signers of their own for each test.

use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::sandbox::{Outcome, Sandbox};

use super::beside::{Variables, assert_clean, by_us, skipped, with};

/// Keys of their own for one test. The agent that serves them goes with them.
pub(super) struct Keys {
    dir: TempDir,
}

impl Keys {
    /// A short path, as an agent's socket has no room for a long one; `None`, and a word
    /// about it, where GnuPG is not installed.
    pub(super) fn new(program: &str) -> Option<Keys> {
        if Command::new(program).arg("--version").output().is_err() {
            skipped(&format!("`{program}` is not installed"));
            return None;
        }
        let dir = tempfile::Builder::new().prefix("og").tempdir_in("/tmp").expect("a folder for keys");
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o700)).expect("a private folder");
        // Nobody is there to be asked for a passphrase.
        let agent = "allow-loopback-pinentry\npinentry-program /bin/false\n";
        std::fs::write(dir.path().join("gpg-agent.conf"), agent).expect("the agent's settings");
        Some(Keys { dir })
    }

    pub(super) fn home(&self) -> &str {
        self.dir.path().to_str().expect("a plain path")
    }

    #[track_caller]
    pub(super) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program).args(arguments).env("GNUPGHOME", self.home()).stdin(Stdio::null()).output();
        let output = output.expect("it runs");
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A new openpgp key, and its fingerprint.
    pub(super) fn openpgp(&self, person: &str, passphrase: &str) -> String {
        let quick = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase];
        self.run("gpg", &[&quick[..], &["--quick-gen-key", person, "ed25519", "sign", "never"]].concat());
        self.fingerprint("gpg", person)
    }

    /// A new certificate that nobody else has signed, trusted, and its fingerprint.
    pub(super) fn x509(&self) -> String {
        let at = |name: &str| self.dir.path().join(name).display().to_string();
        let request = "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=Ada Growth\nName-Email: ada@example.org\n";
        std::fs::write(at("request"), request).expect("a request");
        std::fs::write(at("gpgsm.conf"), "disable-crl-checks\n").expect("settings");
        let batch = ["--batch", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
        self.run("gpgsm", &[&batch[..], &["--gen-key", "--output", &at("cert"), &at("request")]].concat());
        self.run("gpgsm", &["--batch", "--import", &at("cert")]);
        let fingerprint = self.fingerprint("gpgsm", "ada@example.org");
        std::fs::write(at("trustlist.txt"), format!("{fingerprint} S relax\n")).expect("trust");
        self.forget();
        fingerprint
    }

    pub(super) fn fingerprint(&self, program: &str, person: &str) -> String {
        let text = self.run(program, &["--list-keys", "--with-colons", person]);
        let line = text.lines().find(|line| line.starts_with("fpr:")).expect("a fingerprint");
        line.split(':').nth(9).expect("a fingerprint").to_owned()
    }

    /// Makes the agent forget passphrases and read its settings again.
    pub(super) fn forget(&self) {
        self.run("gpgconf", &["--kill", "all"]);
    }

    pub(super) fn env(&self) -> [(&str, Option<&str>); 1] {
        [("GNUPGHOME", Some(self.home()))]
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.home()).status().ok();
    }
}

/// An agent that holds the keys of one test, stopped with it.
pub(super) struct Agent {
    child: std::process::Child,
    pub(super) socket: String,
}

impl Agent {
    pub(super) fn new(sandbox: &Sandbox) -> Agent {
        let socket = sandbox.base().join("agent").display().to_string();
        let mut agent = Command::new("ssh-agent");
        agent.args(["-D", "-a", &socket]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = agent.spawn().expect("ssh-agent runs");
        // It says where it listens as soon as it does.
        let mut said = [0];
        child.stdout.as_mut().expect("piped").read_exact(&mut said).expect("the agent says where it is");
        Agent { child, socket }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A variable that is set.
pub(super) fn said<'a>((name, value): (&'a str, &'a str)) -> (&'a str, Option<&'a str>) {
    (name, Some(value))
}

pub(super) fn set(sandbox: &Sandbox, settings: &[(&str, &str)]) {
    for (key, value) in settings {
        sandbox.git(&["config", key, value]).ok();
    }
}

/// A script in the sandbox that can be run; its path.
pub(super) fn script(sandbox: &Sandbox, name: &str, text: &str) -> String {
    let path = sandbox.base().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a script");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a mode");
    path.display().to_string()
}

/// The commit at HEAD has a signature that git finds good.
#[track_caller]
pub(super) fn assert_good(sandbox: &Sandbox, variables: Variables<'_>) {
    with(sandbox.call("git", &["verify-commit", "HEAD"]), variables).run().ok();
    let log = with(sandbox.call("git", &["log", "-1", "--format=%G? %s"]), variables).run().ok();
    assert!(log.stdout.starts_with("G mkt(incident)"), "{log}");
    assert_clean(sandbox);
}

/// The write fails and changes nothing; what it said.
#[track_caller]
pub(super) fn refused(sandbox: &Sandbox, variables: Variables<'_>) -> Outcome {
    let outcome = sandbox.unchanged_by(|sandbox| by_us(sandbox, variables)).code(1);
    assert_clean(sandbox);
    outcome
}
