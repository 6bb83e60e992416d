//! `report-growth --html`: the same summary as a page for browsers, beside the Markdown.

use super::*;

const FORGED: &str = "</style></title></main><script>alert(1)</script><img src=https://example.org/a.png onerror=x> \
                      ![b](https://example.org/b.png) [c](javascript:alert(2)) <https://example.org> | &lt;b&gt; \u{202e}";

/// Runs a report with its page and returns both paths.
#[track_caller]
fn paged(sandbox: &Sandbox) -> (String, String) {
    let answer = sandbox.mkt(&["report-growth", "--html", "--json"]).ok().json();
    (text(&answer["report_file"]), text(&answer["html_file"]))
}

#[test]
fn row_144_the_page_lies_beside_the_report_in_one_commit() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    sandbox.at("2026-01-20T09:00:00Z");
    let before = sandbox.commits();
    let (report, page) = paged(&sandbox);
    assert_eq!(page, ".ohmymkt/reports/summary/2026-01-20-30d.html");
    assert_eq!((sandbox.commits(), sandbox.status()), (before + 1, String::new()));
    assert!(sandbox.touched().contains(&report) && sandbox.touched().contains(&page), "{:?}", sandbox.touched());
    assert!(sandbox.message().contains(&format!("Report: {report}\nPage: {page}\n")), "{}", sandbox.message());
    sandbox.mkt(&["verify", "--all"]).ok();
    // The second of the day takes a name that neither has.
    sandbox.remove(&report);
    sandbox.mkt(&["record"]).ok();
    let (second, _) = paged(&sandbox);
    assert_eq!(second, ".ohmymkt/reports/summary/2026-01-20-30d-2.md");
    let plain = sandbox.mkt(&["report-growth"]).ok().stdout_lacks(".html");
    plain.stdout_has("2026-01-20-30d-3.md");
    sandbox
        .mkt(&["report-growth", "--html"])
        .ok()
        .stdout_has("2026-01-20-30d-4.md")
        .stdout_has("2026-01-20-30d-4.html");
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn what_is_forged_in_it_is_text() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["incident", "--severity", "P0", "--module", "content_system", "--summary", FORGED]).ok();
    let bad = sandbox.call("ohmymkt", &["run-cycle", "weekly"]).env("GIT_AUTHOR_NAME", "</td><script>x</script>");
    bad.run().ok();
    let (_, path) = paged(&sandbox);
    let page = sandbox.read(&path);
    for (markup, count) in [("<script", 0), ("<img", 0), ("javascript:alert(2)\"", 0), ("</style>", 1), ("</main>", 1)]
    {
        assert_eq!(page.matches(markup).count(), count, "{markup}\n{page}");
    }
    assert!(page.contains("&lt;/style&gt;&lt;/title&gt;&lt;/main&gt;&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
    assert_eq!(page.matches("<a href=").count(), 1, "the report beside it, and nothing else");
    assert!(!page.contains("\u{202e}") && !page.contains("url("), "{page}");
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn a_page_that_is_edited_is_recorded_and_shown_as_it_is() {
    let sandbox = Sandbox::new().started();
    let (_, path) = paged(&sandbox);
    let page = sandbox.read(&path);
    sandbox.mkt(&["textconv", &path]).ok().stdout_has("<!doctype html>");
    sandbox.write(&path, page.replace("<main>", "<main>\n<p>For the board</p>"));
    sandbox.mkt(&["record"]).ok().stdout_has(&format!("{path} changed"));
    sandbox.mkt(&["review", "HEAD~1...HEAD"]).ok().stdout_has(&path);
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn the_pages_of_two_branches_become_one_page_with_both() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["branch", "side"]).ok();
    incident_of(&sandbox, "P1", "content_system");
    sandbox.at("2026-01-20T09:00:00Z");
    paged(&sandbox);
    sandbox.git(&["checkout", "--quiet", "side"]).ok();
    incident_of(&sandbox, "P2", "scale_loop");
    sandbox.at("2026-01-20T10:00:00Z");
    let (_, path) = paged(&sandbox);
    sandbox.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
    let page = sandbox.read(&path);
    assert_eq!((page.matches("<h1>").count(), page.matches("<hr>").count()), (2, 1), "{page}");
    assert_eq!((page.matches("<main>").count(), page.matches("<!doctype html>").count()), (1, 1), "{page}");
    assert!(page.contains("P1 in") || page.contains("2026-01-20 09:00"), "{page}");
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
}
