//! Every writing command: one commit, its own paths, and everything else as it was.

use std::path::PathBuf;

use crate::sandbox::{Call, Sandbox};

use super::story::{self, Turn};

/// What git knows and holds beside the artifacts: index entries with their time stamps,
/// what is staged, and the files.
fn other_work(sandbox: &Sandbox) -> Vec<String> {
    let ask = |args: &[&str]| {
        let now = sandbox.now();
        sandbox.call("git", args).env("GIT_OPTIONAL_LOCKS", "0").at(&now).run().ok().stdout
    };
    let mut work = vec![
        ask(&["ls-files", "--stage", "--debug", "-v", "--", ".", ":!.ohmymkt"]),
        ask(&["diff", "--cached", "--binary", "--", ".", ":!.ohmymkt"]),
        ask(&["status", "--porcelain=v2", "--ignored", "--", ".", ":!.ohmymkt"]),
    ];
    let files = sandbox.state().into_iter();
    let files = files.filter(|(path, _)| !path.starts_with(".git/") && !path.starts_with(".ohmymkt/"));
    work.extend(files.map(|(path, bytes)| format!("{path}: {}", String::from_utf8_lossy(&bytes))));
    work
}

/// Staged, unstaged, both, untracked, ignored, removed, and only intended.
fn busy(sandbox: &Sandbox) {
    sandbox.write(".gitignore", "*.log\n").write("old.html", "old\n").write("both.html", "one\n");
    sandbox.commit_all("Add pages");
    sandbox.write("staged.html", "staged\n").write("both.html", "two\n").write("intended.html", "soon\n");
    sandbox.git(&["add", "staged.html", "both.html"]).ok();
    sandbox.git(&["add", "--intent-to-add", "intended.html"]).ok();
    sandbox.git(&["rm", "--quiet", "old.html"]).ok();
    sandbox.write("both.html", "three\n").write("index.html", "unstaged\n");
    sandbox.write("untracked.html", "untracked\n").write("build.log", "ignored\n");
}

/// Runs a turn and asserts what holds after every write.
#[track_caller]
fn write(sandbox: &Sandbox, turn: &Turn, run: impl FnOnce(&Turn) -> crate::sandbox::Outcome) {
    let before = sandbox.commits();
    let outcome = run(turn).ok();
    assert_eq!(sandbox.commits(), before + 1, "one write, one commit\n{outcome}");
    turn.assert_touched(&sandbox.touched());
    let short = &sandbox.head()[..7];
    assert!(outcome.stdout.contains(short), "the new commit {short} is named\n{outcome}");
    assert_eq!(outcome.stderr, "", "nothing is said beside the result\n{outcome}");
    sandbox.fsck_clean();
}

#[test]
fn one_commit_touches_its_own_paths_and_leaves_the_work_of_others_alone() {
    let sandbox = Sandbox::new();
    busy(&sandbox);
    story::tell(&sandbox, |sandbox, turn| {
        let before = other_work(sandbox);
        write(sandbox, turn, |turn| sandbox.mkt(&turn.args()));
        assert_eq!(before, other_work(sandbox), "after `{}`", turn.name);
        let ours = sandbox.git(&["--no-optional-locks", "status", "--porcelain", "--", ".ohmymkt"]).ok().stdout;
        assert_eq!(ours, "", "after `{}`", turn.name);
        let seen = sandbox.git(&["reflog", "-1", "--format=%gs"]).ok().stdout;
        assert_eq!(seen.trim_end(), format!("commit: {}", sandbox.message().lines().next().unwrap_or_default()));
    });
}

#[test]
fn a_clean_repository_stays_clean() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| {
        write(sandbox, turn, |turn| sandbox.mkt(&turn.args()));
        assert_eq!(sandbox.status(), "", "after `{}`", turn.name);
    });
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn it_works_from_below_from_elsewhere_and_as_a_command_of_git() {
    let sandbox = Sandbox::new();
    sandbox.write("guides/deep/page.html", "a page\n").commit_all("Add a guide");
    let mut ways = (0..).map(|nth| nth % 4);
    story::tell(&sandbox, |sandbox, turn| {
        let root = sandbox.root().display().to_string();
        let way = ways.next();
        write(sandbox, turn, |turn| {
            let args = turn.args();
            match way {
                Some(0) => sandbox.call("ohmymkt", &args).folder("guides/deep").run(),
                Some(1) => sandbox.call("ohmymkt", &[&["-C", &root], args.as_slice()].concat()).folder("..").run(),
                Some(2) => sandbox.git(&[&["mkt"], args.as_slice()].concat()),
                _ => sandbox.call("git", &[&["mkt"], args.as_slice()].concat()).folder("guides").run(),
            }
        });
        assert_eq!(sandbox.status(), "", "after `{}`", turn.name);
    });
}

#[test]
fn it_works_on_an_unborn_branch() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main"]).ok();
    sandbox.write("index.html", "soon\n");
    sandbox.mkt(&["init"]).ok();
    assert_eq!(sandbox.commits(), 1);
    assert_eq!(sandbox.status(), "?? index.html\n");
    assert_eq!(
        sandbox.git(&["reflog", "-1", "--format=%gs"]).ok().stdout,
        "commit (initial): mkt(init): seed the artifacts of growth campaigns\n"
    );
    sandbox.fsck_clean();
}

#[test]
fn it_works_on_a_detached_head() {
    let sandbox = Sandbox::new();
    sandbox.git(&["checkout", "--quiet", "--detach"]).ok();
    let main = sandbox.git(&["rev-parse", "main"]).ok().stdout;
    story::tell_up_to(&sandbox, "incident", |sandbox, turn| {
        write(sandbox, turn, |turn| sandbox.mkt(&turn.args()));
        assert_eq!(sandbox.status(), "", "after `{}`", turn.name);
    });
    assert_eq!(sandbox.git(&["rev-parse", "main"]).ok().stdout, main, "the branch stays where it is");
    let gate =
        |weeks: &str| sandbox.mkt(&["update-gates", &format!("capacity_gate.rolling_weeks_feasible={weeks}")]).ok();
    let written = gate("11");
    let short = sandbox.head()[..7].to_owned();
    written.stdout_has(&format!("\n[detached HEAD {short}] mkt(update-gates): "));
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    gate("12").stdout_has(&format!("\n[{}] mkt(update-gates): ", &sandbox.head()[..7]));
}

#[test]
fn it_works_in_a_linked_worktree_and_leaves_the_main_one_alone() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../side"]).ok();
    let head = sandbox.head();
    let side = || PathBuf::from("../side");
    let before = sandbox.status();
    let incident = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", "A test went wrong"];
    sandbox.call("ohmymkt", &incident).folder(side()).run().ok();
    let clean = sandbox.call("git", &["status", "--porcelain"]).folder(side()).run().ok();
    assert_eq!(clean.stdout, "");
    let log = sandbox.call("git", &["log", "--format=%s", "main..side"]).folder(side()).run().ok();
    assert_eq!(log.stdout, "mkt(incident): P2 in scale_loop\n");
    assert_eq!((sandbox.head(), sandbox.status()), (head, before), "the main worktree");
    sandbox.fsck_clean();
}

#[test]
fn line_ends_that_git_would_convert_do_no_harm() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.autocrlf", "true"]).ok();
    story::tell(&sandbox, |sandbox, turn| {
        write(sandbox, turn, |turn| sandbox.mkt(&turn.args()));
        assert_eq!(sandbox.status(), "", "after `{}`", turn.name);
        let text = sandbox.git(&["grep", "-lI", "\r", "HEAD", "--", ".ohmymkt"]).code(1).stdout;
        assert_eq!(text, "", "no carriage return is recorded by `{}`", turn.name);
    });
    sandbox.sh("rm -r .ohmymkt && git checkout -- .ohmymkt").ok();
    sandbox.mkt(&["check-gates"]).ok();
    sandbox.mkt(&["status"]).ok();
}

#[test]
fn a_host_that_ignores_the_folder_keeps_it_all_the_same() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", ".ohmymkt/\n").commit_all("Ignore dotted folders");
    story::tell(&sandbox, |sandbox, turn| {
        write(sandbox, turn, |turn| sandbox.mkt(&turn.args()));
        assert_eq!(sandbox.status(), "", "after `{}`", turn.name);
    });
    let tracked = sandbox.git(&["ls-files", "--", ".ohmymkt"]).ok().stdout;
    let there = sandbox.sh("find .ohmymkt -type f | LC_ALL=C sort").ok().stdout;
    assert_eq!(tracked, there, "every artifact is in git");
}

#[test]
fn author_committer_and_dates_are_those_of_git_commit() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "user.name", "Grace  <Crawl>,"]).ok();
    sandbox.git(&["config", "user.email", "grace@example.org"]).ok();
    type Setting = fn(Call<'_>) -> Call<'_>;
    let nobody: Setting = |call| {
        ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"]
            .into_iter()
            .fold(call, Call::without)
    };
    let settings: [(&str, Setting); 6] = [
        ("variables", |call| call),
        ("configuration", nobody),
        ("an author's date of its own", |call| call.env("GIT_AUTHOR_DATE", "2026-01-04T23:30:00+02:00")),
        ("seconds and zone", |call| call.env("GIT_COMMITTER_DATE", "@1767700000 -0330")),
        ("a date as in mails", |call| call.env("GIT_COMMITTER_DATE", "Tue, 6 Jan 2026 10:00:00 +0100")),
        ("an author beside the committer", |call| {
            call.env("GIT_AUTHOR_NAME", "Änne Öl").env("GIT_AUTHOR_EMAIL", "o@example.org")
        }),
    ];
    let headers =
        |sandbox: &Sandbox| sandbox.git(&["log", "-1", "--format=%an|%ae|%ad|%cn|%ce|%cd", "--date=raw"]).ok().stdout;
    for (name, set) in settings {
        let now = sandbox.now();
        set(sandbox.call("git", &["commit", "--quiet", "--allow-empty", "-m", "By git"]).at(&now)).run().ok();
        let by_git = headers(&sandbox);
        let incident = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", name];
        set(sandbox.call("ohmymkt", &incident).at(&now)).run().ok();
        assert_eq!(headers(&sandbox), by_git, "{name}");
    }
    sandbox.git(&["config", "author.name", "The Author"]).ok();
    sandbox.git(&["config", "committer.email", "committer@example.org"]).ok();
    nobody(sandbox.call("git", &["commit", "--quiet", "--allow-empty", "-m", "By git"])).run().ok();
    let by_git = headers(&sandbox);
    let incident = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", "author.name"];
    nobody(sandbox.call("ohmymkt", &incident)).run().ok();
    let ours = headers(&sandbox);
    let people = |line: &str| {
        let parts: Vec<_> = line.split('|').map(str::to_owned).collect();
        [0, 1, 3, 4].map(|at| parts[at].clone())
    };
    assert_eq!(people(&ours), people(&by_git));
}

#[test]
fn a_second_time_changes_nothing() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["init"]).ok();
    let head = sandbox.head();
    let gates = ["update-gates", "capacity_gate.rolling_weeks_feasible=8"];
    for args in [&["init"][..], &gates, &["record"], &["update-task", "1", "--status", "pending"]] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args)).ok().stdout_has("nothing to change");
        assert_eq!(sandbox.head(), head, "{outcome}");
    }
}
