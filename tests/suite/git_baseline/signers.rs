//! Signatures by the real signers, made through the real program and verified by git.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

use super::beside::{COMMIT, WRITE, assert_clean, by_git, by_us, headers, with};
use super::keys::{Agent, Keys, assert_good, refused, said, script, set};

#[test]
fn openpgp_signatures_are_good_whatever_names_the_key() {
    let Some(keys) = Keys::new("gpg") else { return };
    let fingerprint = keys.openpgp("Ada Growth <ada@example.org>", "");
    let sandbox = Sandbox::new().initialised();
    let env = keys.env();
    set(&sandbox, &[("commit.gpgSign", "true"), ("gpg.minTrustLevel", "ultimate")]);
    by_us(&sandbox, &env).ok();
    assert_good(&sandbox, &env);
    for key in [&fingerprint, &format!("{fingerprint}!"), &fingerprint[24..], "ada@example.org"] {
        set(&sandbox, &[("user.signingKey", key)]);
        by_us(&sandbox, &env).ok();
        assert_good(&sandbox, &env);
    }
    set(&sandbox, &[("user.signingKey", "nobody@example.org")]);
    refused(&sandbox, &env).stderr_has("signing the commit failed").stderr_has("nobody@example.org");
    // Nobody has the key of another committer.
    sandbox.git(&["config", "--unset", "user.signingKey"]).ok();
    refused(&sandbox, &[env[0], ("GIT_COMMITTER_EMAIL", Some("other@example.org"))]);
}

#[test]
fn openpgp_is_asked_for_by_git_c_and_by_the_environment() {
    let Some(keys) = Keys::new("gpg") else { return };
    keys.openpgp("Ada Growth <ada@example.org>", "");
    let sandbox = Sandbox::new().initialised();
    let env = keys.env();
    let mkt = [&["-c", "commit.gpgSign", "mkt"], &WRITE[..]].concat();
    with(sandbox.call("git", &mkt), &env).run().ok();
    assert_good(&sandbox, &env);
    let counted = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "commit.gpgsign"), ("GIT_CONFIG_VALUE_0", "yes")];
    by_us(&sandbox, &[env[0], said(counted[0]), said(counted[1]), said(counted[2])]).ok();
    assert_good(&sandbox, &env);
    set(&sandbox, &[("commit.gpgSign", "true")]);
    let mkt = [&["-c", "commit.gpgSign=false", "mkt"], &WRITE[..]].concat();
    with(sandbox.call("git", &mkt), &env).run().ok();
    assert_eq!(headers(&sandbox, &["gpgsig"]), b"");
}

#[test]
fn the_program_named_last_signs() {
    let Some(keys) = Keys::new("gpg") else { return };
    keys.openpgp("Ada Growth <ada@example.org>", "");
    let sandbox = Sandbox::new().initialised();
    let env = keys.env();
    let good = script(&sandbox, "good", "exec gpg \"$@\"");
    let bad = script(&sandbox, "bad", "echo the wrong one >&2; exit 1");
    set(&sandbox, &[("commit.gpgSign", "true"), ("gpg.program", &bad), ("gpg.openpgp.program", &good)]);
    by_us(&sandbox, &env).ok();
    by_git(&sandbox, &env).ok();
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]).ok();
    assert_good(&sandbox, &env);
    sandbox.git(&["config", "--unset", "gpg.program"]).ok();
    sandbox.git(&["config", "--add", "gpg.program", &bad]).ok();
    // Now the older name is the last one in the file.
    assert_ne!(by_git(&sandbox, &env).code, 0);
    refused(&sandbox, &env).stderr_has("the wrong one");
    set(&sandbox, &[("gpg.program", &good)]);
    let counted =
        [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "gpg.program"), ("GIT_CONFIG_VALUE_0", bad.as_str())];
    let worse = [env[0], said(counted[0]), said(counted[1]), said(counted[2])];
    assert_ne!(by_git(&sandbox, &worse).code, 0);
    refused(&sandbox, &worse).stderr_has("the wrong one");
}

#[test]
fn a_key_whose_passphrase_nobody_types_writes_nothing() {
    let Some(keys) = Keys::new("gpg") else { return };
    keys.openpgp("Ada Growth <ada@example.org>", "secret");
    keys.forget();
    let sandbox = Sandbox::new().initialised();
    set(&sandbox, &[("commit.gpgSign", "true")]);
    assert_ne!(by_git(&sandbox, &keys.env()).code, 0);
    refused(&sandbox, &keys.env()).stderr_has("signing the commit failed").stderr_has("pinentry");
}

#[test]
fn a_repository_of_sha256_has_its_own_header() {
    let Some(keys) = Keys::new("gpg") else { return };
    keys.openpgp("Ada Growth <ada@example.org>", "");
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main", "--object-format=sha256"]).ok();
    set(&sandbox, &[("commit.gpgSign", "true")]);
    with(sandbox.call("ohmymkt", &["init"]), &keys.env()).run().ok();
    by_us(&sandbox, &keys.env()).ok();
    assert_eq!(headers(&sandbox, &["gpgsig"]), b"gpgsig-sha256 -----BEGIN PGP SIGNATURE-----");
    assert_good(&sandbox, &keys.env());
}

#[test]
fn x509_signatures_are_good() {
    let Some(keys) = Keys::new("gpgsm") else { return };
    let fingerprint = keys.x509();
    let sandbox = Sandbox::new().initialised();
    let env = keys.env();
    set(&sandbox, &[("commit.gpgSign", "true"), ("gpg.format", "x509")]);
    for key in [fingerprint.as_str(), "ada@example.org"] {
        set(&sandbox, &[("user.signingKey", key)]);
        by_us(&sandbox, &env).ok();
        assert_good(&sandbox, &env);
    }
    let program = script(&sandbox, "smime", "exec gpgsm \"$@\"");
    set(&sandbox, &[("gpg.x509.program", &program), ("gpg.program", "false")]);
    by_us(&sandbox, &env).ok();
    assert_good(&sandbox, &env);
    set(&sandbox, &[("user.signingKey", "nobody@example.org")]);
    refused(&sandbox, &env).stderr_has("signing the commit failed");
}

/// A sandbox that signs with ssh, the file of a secret key in its home, and the public key.
fn with_ssh_key(passphrase: &str) -> (Sandbox, String, String) {
    let sandbox = Sandbox::new().initialised();
    let key = sandbox.home().join("key").display().to_string();
    let make = ["-q", "-t", "ed25519", "-N", passphrase, "-C", "ada", "-f", &key];
    sandbox.call("ssh-keygen", &make).run().ok();
    let public = std::fs::read_to_string(format!("{key}.pub")).expect("a public key");
    let allowed = sandbox.base().join("allowed").display().to_string();
    std::fs::write(&allowed, format!("ada@example.org {public}")).expect("a file");
    let settings = [("gpg.format", "ssh"), ("commit.gpgSign", "true"), ("gpg.ssh.allowedSignersFile", &allowed)];
    set(&sandbox, &settings);
    (sandbox, key, public.trim_end().to_owned())
}

#[test]
fn what_a_killed_signer_worked_with_goes_with_the_next_write() {
    let (sandbox, key, _) = with_ssh_key("");
    let kill = sandbox.base().join("kill");
    std::fs::write(&kill, "#!/bin/sh\nkill -9 $PPID\n").expect("a script");
    std::fs::set_permissions(&kill, PermissionsExt::from_mode(0o755)).expect("a mode");
    set(&sandbox, &[("user.signingKey", &key), ("gpg.ssh.program", &kill.display().to_string())]);
    let left = || sandbox.names(".git/ohmymkt").into_iter().filter(|name| name.starts_with("sign")).collect::<Vec<_>>();
    by_us(&sandbox, &[]);
    assert_eq!(left(), ["sign"]);
    set(&sandbox, &[("commit.gpgSign", "false")]);
    by_us(&sandbox, &[]).ok();
    assert_eq!(left(), [""; 0]);
}

#[test]
fn ssh_signatures_are_good_whatever_names_the_key_file() {
    let (sandbox, key, _) = with_ssh_key("");
    std::fs::copy(&key, sandbox.path(".git/near")).expect("a copy");
    std::fs::set_permissions(sandbox.path(".git/near"), PermissionsExt::from_mode(0o600)).expect("a mode");
    sandbox.write("docs/page.md", "x\n").commit_all_unsigned();
    for name in [key.as_str(), "~/key", ".git/near", &format!("{key}.pub")] {
        set(&sandbox, &[("user.signingKey", name)]);
        // A relative name counts from the top of the working tree.
        sandbox.call("ohmymkt", &WRITE).folder("docs").run().ok();
        assert_good(&sandbox, &[]);
    }
    set(&sandbox, &[("user.signingKey", "~/nothing")]);
    refused(&sandbox, &[]).stderr_has("signing the commit failed").stderr_has("nothing");
    set(&sandbox, &[("user.signingKey", "")]);
    refused(&sandbox, &[]).stderr_has("user.signingKey");
    sandbox.git(&["config", "--unset", "user.signingKey"]).ok();
    refused(&sandbox, &[]).stderr_has("gpg.ssh.defaultKeyCommand");
}

#[test]
fn ssh_signatures_by_a_key_that_only_the_agent_has() {
    let (sandbox, key, public) = with_ssh_key("");
    let agent = Agent::new(&sandbox);
    let env = [("SSH_AUTH_SOCK", Some(agent.socket.as_str()))];
    with(sandbox.call("ssh-add", &["-q", &key]), &env).run().ok();
    std::fs::remove_file(&key).expect("the secret key goes");
    for name in [&format!("key::{public}"), &public, &format!("{key}.pub")] {
        set(&sandbox, &[("user.signingKey", name)]);
        by_us(&sandbox, &env).ok();
        assert_good(&sandbox, &env);
    }
    refused(&sandbox, &[]).stderr_has("signing the commit failed");
    sandbox.git(&["config", "--unset", "user.signingKey"]).ok();
    let listed = script(&sandbox, "list keys", "test \"$1\" = 'a b' && echo \"key::$(ssh-add -L)\"");
    set(&sandbox, &[("gpg.ssh.defaultKeyCommand", &format!("'{listed}' \"a b\""))]);
    by_us(&sandbox, &env).ok();
    assert_good(&sandbox, &env);
    for command in ["echo no key", "false", "nowhere-to-be-found", "'open"] {
        set(&sandbox, &[("gpg.ssh.defaultKeyCommand", command)]);
        assert_ne!(by_git(&sandbox, &env).code, 0, "{command}");
        refused(&sandbox, &env).stderr_has("gpg.ssh.defaultKeyCommand");
    }
}

#[test]
fn an_ssh_key_whose_passphrase_nobody_types_writes_nothing() {
    let (sandbox, key, _) = with_ssh_key("secret");
    set(&sandbox, &[("user.signingKey", &key)]);
    let asked = script(&sandbox, "askpass", "exit 1");
    let env = [("SSH_ASKPASS", Some(asked.as_str())), ("SSH_ASKPASS_REQUIRE", Some("force"))];
    assert_ne!(by_git(&sandbox, &env).code, 0);
    refused(&sandbox, &env).stderr_has("signing the commit failed").stderr_has("passphrase");
    // The same program with the right answer.
    script(&sandbox, "askpass", "echo secret");
    by_us(&sandbox, &env).ok();
    assert_good(&sandbox, &[]);
}

/// Writes down what a signer finds, and signs with something that looks like a signature.
const NOTE: &str = "{ for word; do case $word in */*sign*) echo FILE;; *) echo \"$word\";; esac; done
pwd; echo \"$GPG_TTY $LC_ALL $GIT_DIR\"; if [ -p /dev/stdin ]; then cat | tail -n 1; else readlink /proc/self/fd/0; fi; } >>NOTES
printf '%s\\n' '-----BEGIN X SIGNATURE-----' abc= '-----END X SIGNATURE-----' | if [ -n \"$SSH\" ]; then for last; do :; done; cat >\"$last.sig\"; else cat; fi
printf '[GNUPG:] SIG_CREATED x\\n' >&2";

#[test]
fn a_signer_finds_what_it_finds_under_git_commit() {
    let sandbox = Sandbox::new().initialised();
    sandbox.write("docs/page.md", "x\n").commit_all_unsigned();
    let notes = sandbox.base().join("notes");
    let note = NOTE.replace("NOTES", &notes.display().to_string());
    let plain = script(&sandbox, "note", &note);
    let ssh = script(&sandbox, "note-ssh", &format!("SSH=1\n{note}"));
    let read = || {
        let text = std::fs::read_to_string(&notes).expect("the signer has noted something");
        std::fs::remove_file(&notes).expect("notes");
        // The messages of the two commits are not the same.
        text.replace("by git", "MESSAGE")
            .lines()
            .map(|l| if l.starts_with("Mkt-") { "MESSAGE" } else { l }.to_owned())
            .collect::<Vec<_>>()
    };
    for (format, program) in [("openpgp", &plain), ("x509", &plain), ("ssh", &ssh)] {
        for key in ["some key", "key::ssh-ed25519 AAAA", "~/key"] {
            set(&sandbox, &[("gpg.format", format), (&format!("gpg.{format}.program"), program)]);
            set(&sandbox, &[("commit.gpgSign", "true"), ("user.signingKey", key)]);
            sandbox.call("git", &COMMIT).folder("docs").env("GPG_TTY", "/dev/somewhere").run().ok();
            let wanted = read();
            sandbox.call("ohmymkt", &WRITE).folder("docs").env("GPG_TTY", "/dev/somewhere").run().ok();
            assert_eq!(read(), wanted, "{format} {key}");
        }
    }
    assert_clean(&sandbox);
}

#[test]
fn a_signer_that_fails_or_prints_anything_else_writes_nothing() {
    let sandbox = Sandbox::new().initialised();
    let created = "echo '[GNUPG:] SIG_CREATED x' >&2";
    let armour = "echo '-----BEGIN PGP SIGNATURE-----'";
    let ways = [
        "exit 1".to_owned(),
        "exit 0".to_owned(),
        format!("{armour}; exit 0"),
        format!("{armour}; {created}; exit 2"),
        format!("{created}; echo garbage"),
        created.to_owned(),
        format!("cat; {created}"),
        format!("head -c 300000 /dev/zero; {created}"),
        format!("{armour}; printf '\\377\\n'; {created}"),
        "kill -9 $$".to_owned(),
        "exec 0<&- 1>&- 2>&-; exit 3".to_owned(),
    ];
    set(&sandbox, &[("commit.gpgSign", "true")]);
    for way in &ways {
        set(&sandbox, &[("gpg.format", "openpgp"), ("gpg.program", &script(&sandbox, "way", way))]);
        refused(&sandbox, &[]).stderr_has("sign");
        let way = format!("for last; do :; done\n{{ {way}; }} >\"$last.sig\"");
        set(&sandbox, &[("gpg.format", "ssh"), ("gpg.ssh.program", &script(&sandbox, "way-ssh", &way))]);
        set(&sandbox, &[("user.signingKey", "~/key")]);
        // What ssh writes is all that counts there: it says nothing of a signature made.
        if !way.contains("BEGIN") || way.contains("377") || way.contains("exit 2") {
            refused(&sandbox, &[]).stderr_has("sign");
        }
        sandbox.git(&["config", "--unset", "user.signingKey"]).ok();
    }
    set(&sandbox, &[("gpg.format", "openpgp"), ("gpg.program", "/nowhere/gpg")]);
    refused(&sandbox, &[]).stderr_has("/nowhere/gpg");
    set(&sandbox, &[("commit.gpgSign", "perhaps")]);
    assert_ne!(by_git(&sandbox, &[]).code, 0);
    refused(&sandbox, &[]).stderr_has("perhaps");
    set(&sandbox, &[("commit.gpgSign", "true"), ("gpg.format", "pgp")]);
    refused(&sandbox, &[]).stderr_has("gpg.format `pgp`");
}

#[test]
fn a_signer_that_hangs_can_be_killed_and_so_can_we() {
    let sandbox = Sandbox::new().initialised();
    let pipe = sandbox.base().join("pipe");
    sandbox.call("mkfifo", &[&pipe.display().to_string()]).run().ok();
    let hang = script(&sandbox, "hang", &format!("echo $$ >{}; exec sleep 100", pipe.display()));
    set(&sandbox, &[("commit.gpgSign", "true"), ("gpg.program", &hang)]);
    for (format, key) in [("openpgp", "x"), ("ssh", "~/key")] {
        set(&sandbox, &[("gpg.format", format), ("gpg.ssh.program", &hang), ("user.signingKey", key)]);
        for victim in ["signer", "program"] {
            let mut command = sandbox.call("ohmymkt", &WRITE).command();
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            sandbox.unchanged_by(|_| {
                let child = command.spawn().expect("it starts");
                let signer = signer_at(&pipe);
                let ours = child.id().to_string();
                if victim == "program" {
                    kill(&ours);
                }
                kill(&signer);
                let output = child.wait_with_output().expect("it ends");
                let words = String::from_utf8_lossy(&output.stderr);
                assert!(!output.status.success(), "{victim}");
                assert_eq!(victim == "signer", words.contains("signing the commit failed"), "{words}");
            });
            sandbox.fsck_clean();
        }
    }
    // What one that was killed had given to its signer goes with the next signature.
    let sign = script(&sandbox, "sign", "for last; do :; done; echo '-----BEGIN SSH SIGNATURE-----' >\"$last.sig\"");
    set(&sandbox, &[("gpg.ssh.program", &sign)]);
    by_us(&sandbox, &[]).ok();
    assert_clean(&sandbox);
}

/// The signer tells its number when it hangs.
fn signer_at(pipe: &Path) -> String {
    std::fs::read_to_string(pipe).expect("the signer tells its number").trim().to_owned()
}

fn kill(number: &str) {
    Command::new("kill").args(["-KILL", number]).status().expect("kill runs");
}

impl Sandbox {
    /// Commits everything by git, not signed.
    fn commit_all_unsigned(&self) {
        self.git(&["add", "--all"]).ok();
        self.git(&[&["-c", "commit.gpgSign=false"], &COMMIT[..]].concat()).ok();
    }
}
