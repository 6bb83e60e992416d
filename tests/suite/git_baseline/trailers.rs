//! Trailers as `git interpret-trailers --parse` and `git log` read them.

use ohmymkt::git::trailer;

use super::sandbox::Sandbox;

const HOSTILE: &[&str] = &[
    "subject\n\nbody\n\nA: 1\nB: 2\n",
    "subject\n\nA: 1\n folded\n\tagain\nB:2\n",
    "subject\r\n\r\nA: 1\r\n folded\r\nB: 2\r\n",
    "subject\n\nA:\nB:   \nC: x\n",
    "subject\n\nA: 1\nprose\n",
    "subject\n\nSigned-off-by: x <x@y>\nprose\nmore\nA: 1\n",
    "subject\n\nSigned-off-by: x <x@y>\nprose\nmore\nmore\nmore\n",
    "subject\n\nSigned-off-by: x <x@y>\nprose\nmore\nmore\n",
    "subject\n\n(cherry picked from commit 123)\nA: 1\nprose\n",
    "subject\n\nA: 1\n\nB: 2\n",
    "subject\n\nA: 1\n\n\n\n",
    "subject\nA: 1\n",
    "A: 1\n",
    "",
    "\n",
    "\n\nA: 1\n",
    "# comment\nsubject\n\nA: 1\n",
    "subject\n\nA: 1\n# comment\nB: 2\n",
    "subject\n\nA: 1\n# comment\n",
    "subject\n\nA: 1\n\n# comment\n# B: 2\n",
    "subject\n\nA: 1\n\nConflicts:\n\tfile\n\tother\n",
    "subject\n\nA: 1\n\nConflicts:\n\tfile\nother\n",
    "subject\n\nA : 1\nB\t: 2\nC x: 3\n",
    "subject\n\n A: 1\nB: 2\n",
    "subject\n\nB: 2\n C: 3\n",
    "subject\n\nA: 1\n---\nB: 2\n",
    "subject\n\nA: 1\n\n---\n\nB: 2\n",
    "subject\n\n--- a: b\nA: 1\n",
    "subject\n\nA: 1 : 2\nA: 1\n",
    "subject\n\nÄ: 1\n",
    "subject\n\nMkt-Action: x\nMkt-Plan: \u{202e}y\n",
    "subject\n\nA: 1\n# ------------------------ >8 ------------------------\nB: 2\n",
    "subject\n\nA: 1\n \n \t\nB: 2\n",
    "subject\n \nA: 1\n",
    "subject\n\nA: 1\n  \n",
    "subject\n\nA: 1\n folded\n # not a comment\nB: 2",
    "subject\n\nprose:\n\nA: 1",
    "subject\n\nhttp://example.org\n",
    "subject\n\nA:1\n\n\tB: 2\n",
    "subject\n\n: 1\nA: 1\n",
    "subject\n\n-: 1\n--: 2\n",
    "subject\n\ncontinued\n A: 1\nB: 2\n",
    "subject\n\nSigned-off-by: x\n y\n z\nprose\n p\n p\n p\n p\n",
];

/// As `git interpret-trailers --parse` prints them.
fn shown(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(key, value)| format!("{key}: {value}\n")).collect()
}

#[test]
fn hostile_messages_are_read_as_interpret_trailers_reads_them() {
    let sandbox = Sandbox::empty();
    for message in HOSTILE {
        let arguments = ["interpret-trailers", "--parse", "--no-divider"];
        let expected = sandbox.git_with_input(&arguments, message.as_bytes());
        assert_eq!(shown(&trailer::parse(message.as_bytes())), expected, "{message:?}");
    }
}

#[test]
fn hostile_messages_are_read_as_git_log_reads_them() {
    let sandbox = Sandbox::empty();
    let tree = sandbox.git_with_input(&["mktree"], b"");
    // The log skips blank lines before the subject, which `git commit` never writes.
    for message in HOSTILE.iter().filter(|message| !message.starts_with('\n')) {
        let commit = sandbox.git_with_input(&["commit-tree", tree.trim()], message.as_bytes());
        let format = "--format=%(trailers:only,unfold)";
        let expected = sandbox.git(&["log", "-1", format, commit.trim()]);
        let ours = shown(&trailer::parse(message.as_bytes()));
        assert_eq!(ours.trim_end(), expected.trim_end(), "{message:?}");
    }
}

#[test]
fn what_is_formatted_is_read_back_and_forges_nothing() {
    let long = "x".repeat(400);
    let values = ["a\nMkt-Action: forged", "a\r\n\r\nb", "\u{202e}evil\u{200b}", "tab\there", "", &long, "ü"];
    let pairs: Vec<_> = values.iter().map(|v| ("Mkt-Plan".to_owned(), (*v).to_owned())).collect();
    let text = trailer::format(&pairs);
    assert_eq!(text.lines().count(), values.len());
    let read = trailer::parse(format!("subject\n\n{text}").as_bytes());
    let expected = ["a Mkt-Action: forged", "a b", "evil", "tab here", "", "", "ü"];
    for (n, (key, value)) in read.iter().enumerate() {
        assert_eq!(key, "Mkt-Plan");
        match n {
            5 => assert_eq!((value.chars().count(), value.ends_with('…')), (300, true)),
            _ => assert_eq!(value, expected[n]),
        }
    }
}

#[test]
fn random_messages_are_read_as_interpret_trailers_reads_them() {
    const LINES: &[&str] = &[
        "",
        "",
        "subject",
        "A: 1",
        "B: 2",
        " folded",
        "\ttab",
        "prose here",
        "# comment",
        "Signed-off-by: x",
        "(cherry picked from commit 1)",
        "A:",
        " ",
        "Conflicts:",
        "\tpath",
        "C : 3",
        "x: y: z",
        "A: 1\r",
        "---",
    ];
    let sandbox = Sandbox::empty();
    let mut state = 12345_u64;
    for _ in 0..250 {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).expect("31 bits")
        };
        let count = 2 + next() % 12;
        let lines: Vec<&str> = (0..count).map(|_| LINES[next() % LINES.len()]).collect();
        let message = lines.join("\n") + "\n";
        let arguments = ["interpret-trailers", "--parse", "--no-divider"];
        let expected = sandbox.git_with_input(&arguments, message.as_bytes());
        assert_eq!(shown(&trailer::parse(message.as_bytes())), expected, "{message:?}");
    }
}
