//! A review as a comment of a pull request.

use super::*;

#[test]
fn the_comment_begins_with_its_marker_and_folds_its_details() {
    let sandbox = on_a_branch();
    let words = ["review", "main...campaign", "--format", "markdown"];
    let comment = sandbox.mkt(&words).ok();
    let mut lines = comment.stdout.lines();
    assert_eq!(lines.next(), Some("<!-- ohmymkt-review -->"));
    assert!(
        lines.next().is_some_and(|line| line.starts_with("**sound**: 4 commits on campaign for main, ")),
        "{comment}"
    );
    let folded = comment.stdout.matches("<details><summary>").count();
    assert!(folded >= 5 && folded == comment.stdout.matches("</details>").count(), "{comment}");
    // The same bytes again, at another time, and in a clone that shortens ids otherwise.
    sandbox.advance(30);
    assert_eq!(sandbox.mkt(&words).ok().stdout, comment.stdout);
    let clone = sandbox.base().join("clone").display().to_string();
    sandbox.git(&["clone", "--quiet", ".", &clone]).ok();
    let inside = |program: &str, words: &[&str]| sandbox.call(program, words).folder(&clone).run().ok();
    inside("git", &["config", "core.abbrev", "20"]);
    inside("git", &["branch", "main", "origin/main"]);
    assert_eq!(inside("ohmymkt", &words).stdout, comment.stdout);
}

#[test]
fn text_from_artifacts_forges_nothing() {
    let sandbox = on_a_branch();
    let wild = "</details>\n<!-- ohmymkt-review --> # Head\n| a | **b** @everyone <img src=x> `code` \u{202e}";
    incident(&sandbox, "P1", wild);
    let comment = sandbox.mkt(&["review", "--format", "markdown"]).ok();
    assert_eq!(comment.stdout.matches("<!-- ohmymkt-review -->").count(), 1, "{comment}");
    assert_eq!(comment.stdout.matches("<details>").count(), comment.stdout.matches("</details>").count(), "{comment}");
    let comment =
        comment.stdout_lacks(" <img").stdout_lacks("@everyone").stdout_lacks("\u{202e}").stdout_lacks("\n# Head");
    comment.stdout_has("@<!-- -->everyone \\<img src=x\\>").stdout_has("\\*\\*b\\*\\*");
}

#[test]
fn violations_stand_unfolded_before_the_changes() {
    let sandbox = on_a_branch();
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| board[0]["status"] = "active".into());
    commit_past_hooks(&sandbox, "Just start");
    let comment = sandbox.mkt(&["review", "--format", "markdown"]).code(2).stdout_has("**violated**: ");
    let place = |text: &str| comment.stdout.find(text).unwrap_or_else(|| panic!("no {text:?}\n{comment}"));
    assert!(place("#### The commits") < place("<details>"), "{comment}");
    let id = &sandbox.head()[..12];
    assert!(place(&format!("- `{id}` Just start\n  - **error** `active-task-is-complete`")) < place("<details>"));
}

#[test]
fn a_comment_that_is_too_long_leaves_out_whole_sections_and_says_so() {
    let sandbox = on_a_branch();
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| {
        let list = board.as_array_mut().expect("a list of tasks");
        let task = list[0].clone();
        list.extend((0..1500).map(|number| {
            let mut task = task.clone();
            task["id"] = format!("own-{number}").into();
            task
        }));
    });
    sandbox.mkt(&["record"]).ok();
    let comment = sandbox.mkt(&["review", "--format", "markdown"]).ok();
    assert!(comment.stdout.chars().count() <= 60_000);
    let comment = comment.stdout_lacks("<summary>Tasks").stdout_has("<summary>Gates").stdout_has("<summary>Others");
    comment.stdout_has("\nToo long to be shown here: Tasks. All of it: `git mkt review main...campaign`\n");
    sandbox.mkt(&["review"]).ok().stdout_has("own-1499");
}

#[test]
fn what_does_not_fit_still_says_what_matters_and_the_rules_are_cut_last() {
    let sandbox = on_a_branch();
    // A branch name that would call somebody, close a span and run a command.
    sandbox.git(&["switch", "--quiet", "--create", "a`b@octocat$(id)"]).ok();
    let summary = format!("It broke {}", "@x ".repeat(200));
    for _ in 0..45 {
        incident(&sandbox, "P0", &summary);
    }
    let command = "``git mkt review 'main...a`b@octocat$(id)'``\n";
    let comment = sandbox.mkt(&["review", "main", "--format", "markdown"]).ok();
    assert!(comment.stdout.chars().count() <= 60_000);
    let comment = comment.stdout_lacks("<summary>Incidents").stdout_has("<summary>Gates").stdout_lacks("@x");
    let comment = comment.stdout_has("\nToo long to be shown here: Incidents (**45 P0**; **P0 in content_system: ");
    comment.stdout_has(&format!("**and 42 more**). All of it: {command}"));
    // More violations than fit: as many lines of them as there is room for, and nothing else.
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| {
        let list = board.as_array_mut().expect("a list of tasks");
        let mut task = list[0].clone();
        task["status"] = "active".into();
        list.extend((0..700).map(|number| {
            task["id"] = format!("own-{number}-{}", "l".repeat(40)).into();
            task.clone()
        }));
    });
    commit_past_hooks(&sandbox, "Just start");
    let comment = sandbox.mkt(&["review", "main", "--format", "markdown"]).code(2);
    assert!(comment.stdout.chars().count() <= 60_000);
    let shown = comment.stdout.matches("**error** `active-task-is-complete`: task `own-").count();
    assert!(shown > 200 && shown < 700 && comment.stdout.ends_with(command), "{shown}\n{comment}");
    comment.stdout_has("\nToo long to be shown here: more of the commits, ");
}

#[test]
fn our_messages_show_names_and_commands_as_code() {
    let sandbox = on_a_branch();
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| board[0]["status"] = "active".into());
    commit_past_hooks(&sandbox, "Start `it` @octocat");
    let comment = sandbox.mkt(&["review", "--format", "markdown"]).code(2);
    let comment = comment.stdout_has(": task `1` is active without ").stdout_has(" Start \\`it\\` @<!-- -->octocat\n");
    let comment = comment.stdout_has("\nWhat to do:\n\n- `git mkt update-task 1 ");
    let comment = comment.stdout_has("\n- commit edits made by hand with `git mkt record`, which adds the trailers\n");
    comment.stdout_has("without the trailer `Mkt-Action`\n");
}

#[test]
fn a_value_in_a_message_does_not_break_out_of_its_code() {
    let sandbox = on_a_branch();
    let wild = "a`</code> **b** @octocat <img src=x> [x](y) `c";
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["warnings_as_errors"] = vec![wild].into());
    commit_past_hooks(&sandbox, "Raise it");
    let comment = sandbox.mkt(&["review", "--format", "markdown"]).ok();
    let line = comment.stdout.lines().find(|line| line.contains("names `a`")).expect("the message");
    assert!(line.contains("`a`\\</code\\> \\*\\*b\\*\\* @<!-- -->octocat \\<img src=x\\> \\[x\\](y) `c`"), "{line}");
}
