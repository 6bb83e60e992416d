//! Commits in other encodings: written so that git reads them, and read as git wrote them.

use crate::sandbox::Sandbox;

use super::beside::{WRITE, assert_clean, headers};

/// What git reads of the commit at HEAD: the summary of its body, and its author.
fn read_by_git(sandbox: &Sandbox) -> (String, String) {
    let log = sandbox.git(&["log", "-1", "--encoding=UTF-8", "--format=%an%n%B"]).ok().stdout;
    let (author, body) = log.split_once('\n').expect("an author and a body");
    (author.to_owned(), body.to_owned())
}

/// A write whose message holds this text, by this author.
fn write(sandbox: &Sandbox, author: &str, text: &str) -> crate::sandbox::Outcome {
    let args = ["plan-growth", text, "--name", text];
    sandbox.call("ohmymkt", &args).env("GIT_AUTHOR_NAME", author).run()
}

#[test]
fn what_is_written_in_an_encoding_git_reads_and_so_do_we() {
    for (encoding, author, text) in [
        ("ISO-8859-1", "Jürgen", "Größe für alle"),
        ("latin1", "Zoë", "Ça va"),
        ("ISO-8859-2", "Łukasz", "Żółć"),
        ("ISO-8859-9", "Şule", "İyi gün"),
        ("ISO-8859-15", "Zoë", "Œuvre à 5 €"),
        ("windows-1251", "Ада", "Рост спроса"),
        ("CP1252", "Zoë", "“Größe” – 5 €"),
        ("KOI8-R", "Ада", "Рост спроса"),
        ("EUC-JP", "名前", "需要を増やす"),
        ("Shift_JIS", "名前", "需要を増やす表"),
        ("ISO-2022-JP", "Ada", "需要を増やす"),
        ("EUC-KR", "이름", "수요를 늘리다"),
        ("GB18030", "姓名", "增加需求"),
        ("GBK", "姓名", "增加需求"),
        ("Big5", "姓名", "增加需求"),
        ("UTF-8", "Zoë 🦀", "Größe 漢字"),
    ] {
        let sandbox = Sandbox::new().initialised();
        sandbox.git(&["config", "i18n.commitEncoding", encoding]).ok();
        write(&sandbox, author, text).ok();
        let name = text.to_lowercase();
        let (who, body) = read_by_git(&sandbox);
        assert_eq!(who, author, "{encoding}");
        let wanted = if encoding == "UTF-8" { String::new() } else { format!("encoding {encoding}") };
        assert_eq!(String::from_utf8_lossy(&headers(&sandbox, &["encoding "])), wanted);
        let plan = body.lines().find_map(|line| line.strip_prefix("Mkt-Plan: ")).expect("a trailer").to_owned();
        assert!(!plan.contains('\u{fffd}') && !plan.is_ascii(), "{encoding}: {plan} {name}");
        // Trailers are held against the tree, so they must have been read as they were meant.
        sandbox.mkt(&["verify", "--all"]).ok();
        let log = sandbox.mkt(&["log", "-n", "1", "--json"]).ok();
        assert!(log.stdout.contains(&plan) && log.stdout.contains(author), "{encoding}\n{log}");
        sandbox.mkt(&["show", "HEAD"]).ok().stdout_has(&plan);
        assert_clean(&sandbox);
    }
}

#[test]
fn what_an_encoding_cannot_hold_is_refused_with_nothing_written() {
    let sandbox = Sandbox::new().initialised();
    for (encoding, author, text) in [
        ("ISO-8859-1", "Ada", "5 €"),
        ("ISO-8859-1", "名前", "plain"),
        ("ISO-8859-2", "Ada", "漢字"),
        ("EUC-JP", "Ada", "emoji 🦀"),
        ("KOI8-R", "Ada", "漢字"),
        ("ISO-2022-JP", "名前", "plain"),
        ("UTF-16", "Ada", "plain"),
        ("UTF-16LE", "Ada", "plain"),
        ("UCS-4", "Ada", "plain"),
        ("nonsense", "Ada", "plain"),
    ] {
        sandbox.git(&["config", "i18n.commitEncoding", encoding]).ok();
        let outcome = sandbox.unchanged_by(|sandbox| write(sandbox, author, text)).code(1);
        outcome.stderr_has("i18n.commitEncoding").stderr_has(encoding);
        assert_clean(&sandbox);
    }
}

/// What stands for itself everywhere costs nothing and fails nowhere.
#[test]
fn the_bytes_are_those_that_git_writes() {
    for encoding in ["ISO-8859-1", "EUC-JP", "windows-1251"] {
        let sandbox = Sandbox::new().initialised();
        sandbox.git(&["config", "i18n.commitEncoding", encoding]).ok();
        sandbox.mkt(&WRITE).ok();
        let ours = sandbox.head();
        let message = format!("{}\n", sandbox.message());
        let time = sandbox.git(&["log", "-1", "--format=%aI"]).ok().stdout;
        sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]).ok();
        sandbox.at(time.trim());
        sandbox.call("git", &["commit", "--quiet", "-F", "-"]).input(message).run().ok();
        assert_eq!(sandbox.head(), ours, "{encoding}");
    }
}

#[test]
fn a_name_typed_in_the_encoding_is_written_as_git_writes_it() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "i18n.commitEncoding", "ISO-8859-1"]).ok();
    let config = std::fs::read(sandbox.path(".git/config")).expect("the configuration");
    std::fs::write(sandbox.path(".git/config"), [&config[..], b"[author]\n\tname = J\xfcrgen\n"].concat()).expect("it");
    let mut git = sandbox.call("git", &super::beside::COMMIT).without("GIT_AUTHOR_NAME").command();
    git.env("GIT_COMMITTER_NAME", odd(b"Z\xf6e"));
    assert!(git.status().expect("git runs").success());
    let names = ["author J", "committer Z"];
    let people = |bytes: Vec<u8>| bytes.split(|b| *b == b'>').next().map(<[u8]>::to_vec);
    let wanted = people(headers(&sandbox, &names));
    let mut mkt = sandbox.call("ohmymkt", &WRITE).without("GIT_AUTHOR_NAME").command();
    mkt.env("GIT_COMMITTER_NAME", odd(b"Z\xf6e"));
    assert!(mkt.output().expect("it runs").status.success());
    assert_eq!(people(headers(&sandbox, &names)), wanted);
    // Without an encoding nobody knows what it means.
    sandbox.git(&["config", "--unset", "i18n.commitEncoding"]).ok();
    let outcome = sandbox.unchanged_by(|_| sandbox.call("ohmymkt", &WRITE).without("GIT_AUTHOR_NAME").run());
    outcome.code(1).stderr_has("not in UTF-8");
}

fn odd(bytes: &[u8]) -> std::ffi::OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

#[test]
fn the_hook_reads_and_writes_a_message_in_its_encoding() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.git(&["config", "i18n.commitEncoding", "EUC-JP"]).ok();
    write(&sandbox, "名前", "需要").ok();
    let plan = sandbox.names(".ohmymkt/plans").pop().expect("a plan");
    let text = sandbox.read(&format!(".ohmymkt/plans/{plan}"));
    sandbox.write(&format!(".ohmymkt/plans/{plan}"), format!("{text}\nMore to say.\n"));
    // `需要を増やす` in that encoding.
    let message = b"\xbc\xfb\xcd\xd7\xa4\xf2\xc1\xfd\xa4\xe4\xa4\xb9\n";
    let commit = ["commit", "--quiet", "--all", "-F", "-"];
    sandbox.call("git", &commit).input(message).run().ok();
    let (_, body) = read_by_git(&sandbox);
    assert!(body.starts_with("需要を増やす\n\nMkt-Action: "), "{body}");
    let name = plan.strip_suffix(".md").expect("a plan");
    assert!(body.contains(&format!("Mkt-Plan: {name}\n")), "{body}");
    sandbox.mkt(&["verify", "--all"]).ok();
    // What the encoding cannot hold stops the commit.
    sandbox.git(&["config", "i18n.commitEncoding", "KOI8-R"]).ok();
    sandbox.write(&format!(".ohmymkt/plans/{plan}"), format!("{text}\nLess to say.\n"));
    let outcome = sandbox.call("git", &["commit", "--quiet", "--all", "-m", "plain"]).run();
    assert_ne!(outcome.code, 0, "{outcome}");
    outcome.stderr_has("i18n.commitEncoding");
}
