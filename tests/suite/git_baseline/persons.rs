//! Who wrote it and when: the real program and `git commit` in the same environment.

use crate::sandbox::Sandbox;

use super::beside::{Variables, assert_clean, by_git, by_us, headers};

const NOBODY: [(&str, Option<&str>); 4] = [
    ("GIT_AUTHOR_NAME", None),
    ("GIT_AUTHOR_EMAIL", None),
    ("GIT_COMMITTER_NAME", None),
    ("GIT_COMMITTER_EMAIL", None),
];

/// Both write the same author and committer, or both refuse.
#[track_caller]
fn same(sandbox: &Sandbox, variables: Variables<'_>) {
    let people = ["author ", "committer "];
    let head = sandbox.head();
    let time = sandbox.now();
    let git = by_git(sandbox, variables);
    let wanted = (git.code == 0).then(|| headers(sandbox, &people));
    sandbox.git(&["reset", "--quiet", "--soft", &head]).ok();
    sandbox.at(&time);
    let ours = by_us(sandbox, variables);
    let found = (ours.code == 0).then(|| headers(sandbox, &people));
    let show = |bytes: &Option<Vec<u8>>| bytes.as_ref().map(|b| String::from_utf8_lossy(b).into_owned());
    assert_eq!(show(&found), show(&wanted), "{variables:?}\n{git}{ours}");
    assert_eq!(found, wanted, "{variables:?}");
    if found.is_none() {
        assert_eq!((ours.code, sandbox.head()), (1, head), "{ours}");
    }
}

#[test]
fn names_and_addresses_are_taken_from_where_git_takes_them() {
    let settings: [&[(&str, &str)]; 7] = [
        &[],
        &[("user.name", "Configured"), ("user.email", "user@example.org")],
        &[
            ("user.name", "Configured"),
            ("user.email", "user@example.org"),
            ("author.name", "Other"),
            ("committer.email", "c@x"),
        ],
        &[
            ("author.name", "Author"),
            ("author.email", "a@x"),
            ("committer.name", "Committer"),
            ("committer.email", "c@x"),
        ],
        &[("user.useConfigOnly", "true"), ("user.name", "Configured")],
        &[("user.useConfigOnly", "true"), ("user.name", "Configured"), ("author.email", "a@x")],
        &[("user.useConfigOnly", "true"), ("user.email", "")],
    ];
    let environments: [Variables<'_>; 5] = [
        &[],
        &[("EMAIL", Some("mail@example.org"))],
        &[("EMAIL", Some(""))],
        &[("GIT_AUTHOR_NAME", Some("Zoë")), ("GIT_AUTHOR_EMAIL", Some("z@x"))],
        &[("GIT_COMMITTER_EMAIL", Some("")), ("GIT_COMMITTER_NAME", Some("Only"))],
    ];
    for setting in settings {
        let sandbox = Sandbox::new().initialised();
        for (key, value) in setting {
            sandbox.git(&["config", key, value]).ok();
        }
        for environment in environments {
            same(&sandbox, &[&NOBODY[..], environment].concat());
        }
        assert_clean(&sandbox);
    }
}

#[test]
fn names_are_cleaned_as_git_cleans_them() {
    let sandbox = Sandbox::new().initialised();
    for name in [
        "Ada. ",
        " .Ada",
        "<Ada>",
        "A<d>a",
        "Ada\nLovelace",
        "\"Ada\"",
        "'A,d;a'",
        "A\\",
        "\\",
        "...",
        ",;:",
        "<>",
        " ",
        "",
        "A\tda",
        "\u{7f}Ada\u{1}",
        "Ада",
        "名前",
        "a\u{202e}b",
        "A. B. Jr.",
        "\u{a0}Ada\u{a0}",
    ] {
        same(&sandbox, &[("GIT_AUTHOR_NAME", Some(name))]);
        same(&sandbox, &[("GIT_COMMITTER_NAME", Some(name))]);
        same(&sandbox, &[("GIT_COMMITTER_EMAIL", Some(name))]);
    }
    assert_clean(&sandbox);
}

#[test]
fn dates_and_time_zones_are_those_of_git() {
    let sandbox = Sandbox::new().initialised();
    let clock = "2026-03-01T12:00:00Z";
    for date in [
        "@0 +0000",
        "@1 -0000",
        "@100000000 +0545",
        "1700000000 -0330",
        "1700000000 +1400",
        "@-1 +0000",
        "-1 +0000",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00+0100",
        "2024-02-29T12:00:00+05:45",
        "2024-02-29 12:00:00 -0930",
        "2023-02-29T12:00:00Z",
        "Thu, 07 Apr 2005 22:13:13 -0230",
        "Apr 7 2005 22:13",
        "2005.04.07T22:13:13",
        "04/07/2005 22:13:13",
        "07.04.2005 22:13:13",
        "2024-02-29",
        "12:00",
        "noon",
        "2 weeks ago",
        "2100-01-01T00:00:00Z",
        "@4102444800 +0000",
        "@99999999999 +0000",
        "2024-12-31T23:59:60Z",
        " 1700000000 +0000",
        "2024-02-29T12:00:00.5Z",
        "2024-02-29T24:00:00Z",
        "1700000000+0100",
        "2024-02-29T12:00Z",
        "20240229T120000Z",
    ] {
        sandbox.at(clock);
        same(&sandbox, &[("GIT_AUTHOR_DATE", Some(date)), ("GIT_COMMITTER_DATE", Some("@1772366400 +0545"))]);
    }
    assert_clean(&sandbox);
}

/// Only the zone can be compared where the clock is the machine's.
#[test]
fn without_a_date_the_zone_is_the_local_one() {
    let sandbox = Sandbox::new().initialised();
    for zone in ["UTC", "Asia/Kathmandu", "America/St_Johns", "XYZ-5:45", "<-03>3", "Nowhere/Land", ""] {
        let variables = [("GIT_AUTHOR_DATE", None), ("TZ", Some(zone))];
        let zone_of = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).rsplit(' ').next().unwrap_or("").to_owned();
        by_git(&sandbox, &variables).ok();
        let wanted = zone_of(headers(&sandbox, &["author "]));
        by_us(&sandbox, &variables).ok();
        assert_eq!(zone_of(headers(&sandbox, &["author "])), wanted, "{zone}");
    }
}
