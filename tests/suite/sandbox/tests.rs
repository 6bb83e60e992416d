//! The sandbox itself.

use super::{START, Sandbox};

#[test]
fn it_is_a_clean_repository_with_one_commit() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.commits(), 1);
    assert_eq!(sandbox.status(), "");
    assert_eq!(sandbox.touched(), ["index.html"]);
    assert_eq!(sandbox.message(), "Open the site");
    assert_eq!(sandbox.names(".ohmymkt"), Vec::<String>::new());
    sandbox.fsck_clean();
}

#[test]
fn two_sandboxes_begin_with_the_same_commit() {
    assert_eq!(Sandbox::new().head(), Sandbox::new().head());
}

#[test]
fn nothing_of_the_machine_comes_in() {
    let sandbox = Sandbox::new();
    let names = sandbox.sh("env | cut -d= -f1 | sort").ok().stdout;
    for name in names.lines() {
        let known = ["PATH", "HOME", "TMPDIR", "XDG_CONFIG_HOME", "LC_ALL", "TZ", "PWD", "OLDPWD", "SHLVL", "_"];
        assert!(known.contains(&name) || name.starts_with("GIT_"), "`{name}` came in from outside");
    }
    let settings = sandbox.git(&["config", "--list", "--show-scope"]).ok();
    assert!(settings.stdout.lines().all(|line| line.starts_with("local")), "{settings}");
}

#[test]
fn the_clock_moves_by_a_minute_with_each_command_and_by_hand() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.now(), START);
    let date = || sandbox.sh("echo $GIT_COMMITTER_DATE").ok().stdout;
    assert_eq!(date(), "2026-01-05T09:00:00Z\n");
    assert_eq!(date(), "2026-01-05T09:01:00Z\n");
    sandbox.advance(7);
    assert_eq!(date(), "2026-01-12T09:02:00Z\n");
    sandbox.at("2026-02-01T09:00:00Z").write("page.html", "new\n").commit_all("Add a page");
    assert_eq!(sandbox.git(&["log", "-1", "--format=%at"]).ok().stdout, "1769936400\n");
}

#[test]
fn both_programs_are_on_the_path() {
    let sandbox = Sandbox::new();
    let found = sandbox.sh("command -v ohmymkt; command -v git-mkt").ok();
    assert_eq!(sandbox.redact(&found.stdout), "[TEMP]/bin/ohmymkt\n[TEMP]/bin/git-mkt\n");
}

#[test]
fn an_outcome_reads_like_a_session() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.sh("echo out; echo err >&2; exit 2").code(2).stdout_has("out").stderr_has("err");
    assert_eq!(outcome.to_string(), "$ sh -c \"echo out; echo err >&2; exit 2\"\nout\nerr\n[exit 2]\n");
    assert_eq!(sandbox.call("cat", &[]).input(r#"{"a": 1}"#).run().ok().json()["a"], 1);
}

#[test]
fn a_redacted_text_is_the_same_in_every_run() {
    let sandbox = Sandbox::new();
    let head = sandbox.head();
    let text =
        format!("{head} {} 20260105 1234567 inc-20260105T090000Z-1f0c9a3e {}", &head[..7], sandbox.path("a").display());
    assert_eq!(sandbox.redact(&text), "[COMMIT] [COMMIT] 20260105 1234567 inc-20260105T090000Z-[ID] [ROOT]/a");
}

#[test]
fn a_change_is_noticed_byte_for_byte() {
    let sandbox = Sandbox::new();
    sandbox.unchanged_by(|sandbox| sandbox.git(&["log"]).ok());
    let before = sandbox.state();
    sandbox.write("index.html", "other\n");
    assert_ne!(before, sandbox.state());
    assert!(before.contains_key(".git/index") && before.contains_key(".git/HEAD"));
}

#[test]
fn outside_a_repository_git_finds_none() {
    Sandbox::without_repository().git(&["rev-parse", "HEAD"]).code(128).stderr_has("not a git repository");
}
