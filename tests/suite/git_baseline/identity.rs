//! Identities and dates as `git commit` writes them.

use ohmymkt::git::{Refusal, Repo};

use super::sandbox::{Sandbox, command_in};

/// What git writes for these variables and this configuration: author and committer, or nothing.
fn by_git(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Option<(String, String)> {
    let mut git = command_in(&sandbox.root(), &sandbox.root(), "git");
    git.env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE").envs(variables.iter().copied());
    git.args(["commit", "-q", "--allow-empty", "-m", "x"]);
    if !git.output().expect("git runs").status.success() {
        return None;
    }
    let text = sandbox.git(&["log", "-1", "--format=%an <%ae> %ad%n%cn <%ce> %cd", "--date=raw"]);
    let (author, committer) = text.trim_end().split_once('\n').expect("two lines");
    Some((author.to_owned(), committer.to_owned()))
}

fn by_us(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Option<(String, String)> {
    let repo = Repo::open_at_with(&sandbox.root(), variables).expect("the sandbox opens");
    Some((repo.author().ok()?.to_string(), repo.committer().ok()?.to_string()))
}

#[test]
fn variables_win_over_configuration_as_in_git() {
    let date = [("GIT_AUTHOR_DATE", "@1 +0000"), ("GIT_COMMITTER_DATE", "@1000000000 -0330")];
    let cases: &[&[(&str, &str)]] = &[
        &[],
        &[("GIT_AUTHOR_NAME", "Bob"), ("GIT_AUTHOR_EMAIL", "b@x")],
        &[("GIT_COMMITTER_NAME", " ,Carol <>; "), ("GIT_COMMITTER_EMAIL", "<c@x>")],
        &[("GIT_AUTHOR_NAME", "A.B."), ("GIT_COMMITTER_NAME", "\"Q\" 'R'.")],
        &[("GIT_AUTHOR_NAME", "")],
        &[("GIT_AUTHOR_NAME", ",;")],
        &[("GIT_AUTHOR_EMAIL", "")],
        &[("EMAIL", "other@x")],
        &[("GIT_COMMITTER_NAME", "Zoë Ünal")],
    ];
    for config in [&[][..], &["author.name", "Configured"][..], &["committer.email", "conf@x"][..]] {
        let sandbox = Sandbox::empty();
        if let [key, value] = config {
            sandbox.git(&["config", key, value]);
        }
        for case in cases {
            let variables = [*case, &date].concat();
            assert_eq!(by_us(&sandbox, &variables), by_git(&sandbox, &variables), "{config:?} {case:?}");
        }
    }
}

#[test]
fn dates_are_read_or_refused_as_in_git() {
    let sandbox = Sandbox::empty();
    let dates = [
        "1112911993 -0700",
        "@1112911993 +0530",
        "2005-04-07T22:13:13Z",
        "2005-04-07T22:13:13+0200",
        "2005-04-07 22:13:13 +02:00",
        "2005-04-07T22:13:13",
        "Thu, 07 Apr 2005 22:13:13 +0200",
        "2005-04-07T22:13:13.019-04:00",
        "2005.04.07 22:13:13",
        "yesterday",
        "2 days ago",
        "garbage",
        "2005-02-30T10:00:00Z",
        "2005-13-01T10:00:00Z",
        "1112911993",
        "@1112911993",
        "@0 +0000",
        "",
        "now",
        "2005-04-07T22:13:13 -1500",
        "1112911993 +9999",
        "2005-04-07T25:13:13Z",
        "1969-12-31T23:59:59Z",
    ];
    for date in dates.into_iter().filter(|date| !date.is_empty()) {
        let variables = [("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)];
        let (ours, gits) = (by_us(&sandbox, &variables), by_git(&sandbox, &variables));
        assert_eq!(ours, gits, "{date:?}");
    }
}

#[test]
fn the_clock_needs_no_identity() {
    let sandbox = Sandbox::empty();
    sandbox.git(&["config", "--unset", "user.name"]);
    let variables = [("GIT_COMMITTER_DATE", "Thu, 07 Apr 2005 22:13:13 +0000")];
    let repo = Repo::open_at_with(&sandbox.root(), &variables).expect("the sandbox opens");
    assert_eq!(repo.committer_time().expect("a date"), 1_112_911_993);
}

#[test]
fn nobody_is_refused_as_in_git() {
    let sandbox = Sandbox::empty();
    sandbox.git(&["config", "--remove-section", "user"]);
    sandbox.git(&["config", "user.useConfigOnly", "true"]);
    let variables = [("GIT_COMMITTER_DATE", "@1000000000 +0000")];
    assert_eq!(by_git(&sandbox, &variables), None);
    let repo = Repo::open_at_with(&sandbox.root(), &variables).expect("the sandbox opens");
    let error = repo.author().expect_err("nobody");
    assert!(matches!(error.downcast_ref(), Some(Refusal::NoIdentity(_))), "{error:#}");
}
