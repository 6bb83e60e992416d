//! A server, really: `git daemon` on the loopback, a bare repository with `pre-receive`.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};

use super::*;

/// A running `git daemon`; it ends with the test.
struct Server {
    daemon: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.daemon.kill());
        drop(self.daemon.wait());
    }
}

impl Server {
    /// Serves everything beside the sandbox, for reading and writing.
    fn start(sandbox: &Sandbox) -> Self {
        let programs = sandbox.git(&["--exec-path"]).ok().stdout;
        // Not `git daemon`, which would start this one and leave it running when killed.
        let program = format!("{}/git-daemon", programs.trim_end());
        for _ in 0..20 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
            let base = format!("--base-path={}", sandbox.base().display());
            let words = ["--reuseaddr", "--listen=127.0.0.1", &format!("--port={port}"), &base];
            let words = [&words[..], &["--export-all", "--enable=receive-pack"]].concat();
            let mut command = sandbox.call(&program, &words).command();
            let daemon = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut server = Self { daemon: daemon.expect("git has a daemon"), port };
            // Until it listens, or has ended because somebody else took the port.
            while server.daemon.try_wait().expect("the daemon can be asked").is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return server;
                }
                std::thread::yield_now();
            }
        }
        panic!("no port for `git daemon`");
    }

    fn url(&self) -> String {
        format!("git://127.0.0.1:{}/origin.git", self.port)
    }
}

/// A campaign with a P0, on a server that takes in no bad history; the author has no hooks.
fn served() -> (Sandbox, Server, String) {
    let sandbox = Sandbox::new().started();
    let path = incident(&sandbox, "P0");
    let bare = origin(&sandbox);
    sandbox.git(&["init", "--quiet", "--bare", "-b", "main", &bare.to_string_lossy()]).ok();
    install(&bare.join("hooks"), &["pre-receive"]);
    // Ours runs behind one that notes where git keeps the objects of this push.
    let note = "#!/bin/sh\necho \"$GIT_QUARANTINE_PATH\" >>../quarantine\n";
    std::fs::write(bare.join("hooks/pre-receive.pre-ohmymkt"), note).expect("a hook can be written");
    sandbox.sh("chmod +x ../origin.git/hooks/pre-receive.pre-ohmymkt").ok();
    let server = Server::start(&sandbox);
    sandbox.git(&["remote", "add", "origin", &server.url()]).ok();
    let outcome = sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    assert_eq!(outcome.stderr, "", "good history is taken in without a word");
    assert_eq!(tip(&sandbox, &bare, "main"), sandbox.head());
    let quarantine = std::fs::read_to_string(sandbox.base().join("quarantine")).expect("the hook ran");
    assert!(quarantine.contains("incoming"), "the objects were in quarantine: {quarantine}");
    (sandbox, server, path)
}

/// The server takes nothing of a push in, and says why.
#[track_caller]
fn stopped(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let bare = origin(sandbox);
    let refs = || sandbox.call("git", &["for-each-ref"]).folder(&bare).at(&sandbox.now()).run().ok().stdout;
    let before = refs();
    let outcome = sandbox.git(&[&["push", "--quiet"], args].concat()).code(1);
    assert_eq!(refs(), before, "{outcome}");
    outcome.stderr_has("remote: error: this push is refused: ").stderr_has("pre-receive hook declined")
}

#[test]
fn good_history_goes_in_and_comes_out_again() {
    let (sandbox, server, _) = served();
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    sandbox.git(&["tag", "--annotate", "--message", "x", "v1"]).ok();
    sandbox.git(&["push", "--quiet", "--follow-tags", "origin", "main", "main:refs/heads/other"]).ok();
    sandbox.git(&["push", "--quiet", "origin", "--delete", "other"]).ok();
    sandbox.git(&["clone", "--quiet", &server.url(), "../clone"]).ok();
    sandbox.call("ohmymkt", &["verify", "--all"]).folder(sandbox.base().join("clone")).run().ok();
    // The branch that the server's HEAD names is not deleted: git sees to that.
    sandbox
        .git(&["push", "--quiet", "origin", "--delete", "main"])
        .code(1)
        .stderr_has("deletion of the current branch");
}

#[test]
fn bad_history_stays_out() {
    let (sandbox, _server, path) = served();
    let good = sandbox.head();
    sandbox.remove(&path);
    let bad = commit_badly(&sandbox, "It never happened");
    let outcome = stopped(&sandbox, &["origin", "main"]);
    let outcome = outcome.stderr_has("remote: refs/heads/main").stderr_has(&bad[..7]).stderr_has("It never happened");
    outcome.stderr_has("incidents-are-immutable").stderr_has(&path).stderr_has("present").stderr_has("hint: ");
    let there = |id: &str| sandbox.call("git", &["cat-file", "-e", id]).folder(origin(&sandbox)).run().code;
    assert_eq!((there(&good), there(&bad)), (0, 1), "what was refused is not kept");
    // Wherever it is pushed to, and whatever the tip says.
    stopped(&sandbox, &["origin", "main:refs/tags/v1", &format!("{good}:refs/heads/fine")]).stderr_has("refs/tags/v1");
    past_hooks(&sandbox, "git revert --no-edit HEAD").ok();
    stopped(&sandbox, &["origin", "main"]).stderr_has("It never happened");
    // A rewritten log.
    sandbox.git(&["reset", "--quiet", "--hard", &good]).ok();
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    sandbox.edit_json(".ohmymkt/state/cycles.json", |log| log[0]["decision"] = "continue".into());
    commit_badly(&sandbox, "A success");
    stopped(&sandbox, &["origin", "main"]).stderr_has("decision-log-is-append-only").stderr_has("A success");
}

#[test]
fn a_start_on_failing_gates_stays_out() {
    let sandbox = blocked();
    let bare = origin(&sandbox);
    sandbox.git(&["init", "--quiet", "--bare", "-b", "main", &bare.to_string_lossy()]).ok();
    install(&bare.join("hooks"), &["pre-receive"]);
    // Also where what is pushed stays one pack.
    sandbox.call("git", &["config", "receive.unpackLimit", "1"]).folder(&bare).run().ok();
    let server = Server::start(&sandbox);
    sandbox.git(&["remote", "add", "origin", &server.url()]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    write_start(&sandbox);
    commit_badly(&sandbox, "Just start it");
    stopped(&sandbox, &["origin", "main"]).stderr_has("start-requires-gates").stderr_has("Just start it");
}

#[test]
fn a_forced_update_is_held_against_the_old_tip() {
    let (sandbox, _server, path) = served();
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let outcome = stopped(&sandbox, &["--force", "origin", "main"]);
    outcome.stderr_has("does not go on from it").stderr_has("incidents-are-immutable").stderr_has(&path);
    stopped(&sandbox, &["--force", "origin", "HEAD~1:main"]).stderr_has("incidents-are-immutable");
}

#[test]
fn a_forged_tracking_reference_deceives_only_the_clone() {
    let (sandbox, _server, path) = served();
    guard(&sandbox);
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    sandbox.git(&["push", "--quiet", "origin", "main"]).code(1).stderr_lacks("remote: ");
    sandbox.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]).ok();
    stopped(&sandbox, &["origin", "main"]).stderr_has("incidents-are-immutable");
}

#[test]
fn the_settings_in_force_are_those_of_the_server() {
    let (sandbox, _server, path) = served();
    sandbox.remove(&path);
    let bad = commit_badly(&sandbox, "It never happened");
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["verify_from"] = bad.as_str().into());
    sandbox.commit_all("Begin here");
    stopped(&sandbox, &["origin", "main"]).stderr_has("It never happened");
}

#[test]
fn a_server_that_does_not_see_all_takes_in_no_artifacts() {
    let (sandbox, _server, _) = served();
    let bare = origin(&sandbox);
    std::fs::write(bare.join("shallow"), format!("{}\n", sandbox.head())).expect("a file");
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let outcome = sandbox.git(&["push", "--quiet", "origin", "main"]).code(1);
    outcome.stderr_has("remote: incomplete: the clone is shallow");
    std::fs::remove_file(bare.join("shallow")).expect("the file");
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
}
