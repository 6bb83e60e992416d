//! Foreign text in everything that shows it: no format is broken, none forges a command.

use ohmymkt::change::{Change, Lesson, Terms};
use ohmymkt::model::incident::Severity;
use ohmymkt::render::changes::ChangeList;
use ohmymkt::render::ci::{github, gitlab, junit, sarif, summary};
use ohmymkt::render::review::{Joining, Merge, Named, Review, parts};
use ohmymkt::render::review_markdown::{MARKER, comment};
use ohmymkt::render::verdict::{Finding, Judgement, findings};
use ohmymkt::render::{harmless, plain, styled, visible};
use ohmymkt::rules::{Level, RULES, Violation};

use super::{assert_harmless, joined};

/// Texts for the fields of a finding.
pub fn target(bytes: &[u8]) {
    let texts: Vec<_> = super::parts(bytes).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    for text in &texts {
        let clean = harmless(text);
        assert_harmless(&clean);
        assert!(!clean.contains('\n') && harmless(&clean) == clean, "{clean:?}");
        assert_harmless(&visible(text).replace('\t', " "));
    }
    let judgement = judgement(&texts);
    let page = findings(&judgement);
    assert_harmless(&plain(&page));
    assert_harmless(&anstream::adapter::strip_str(&styled(&page)).to_string());
    machines(&judgement);
    commands(&github(&judgement), &judgement);
    markdown(&summary(&judgement, 1_000_000));
    let named = |at: usize| Named { name: texts.get(at).cloned().unwrap_or_default(), commit: "1".repeat(40) };
    let merge = Merge {
        joining: Joining::Clean,
        conflicts: Vec::new(),
        violations: judgement.findings.iter().map(|finding| finding.violation.clone()).collect(),
    };
    let verdict = Review::conclusion(&judgement, &merge);
    let (base, head) = (named(0), named(1));
    let review = Review {
        verdict,
        base,
        head,
        merge_base: "2".repeat(40),
        since: None,
        changed: parts(ChangeList::from(changes(&texts))),
        commits: judgement,
        merge,
    };
    let text = comment(&review);
    assert!(text.starts_with(MARKER) && text.matches(MARKER).count() == 1, "{text}");
    markdown(&text);
}

/// A path, a subject, a message, what was before and after, a hint.
pub fn seeds() -> Vec<Vec<u8>> {
    let texts: [&[&[u8]]; 3] = [
        &[b".ohmymkt/state/gates.json", b"mkt(record): a change", b"is wrong", b"8", b"6", b"git mkt record"],
        &[b"a b,c:d%", b"::error ::x", b"##[error]x", b"|", b"](x)", b"```"],
        &[b"", b"<!-- ohmymkt-review -->", b"@ada <b>", "\u{1b}[31m\u{202e}".as_bytes(), b"]]>", b"$(id)"],
    ];
    texts.map(joined).to_vec()
}

/// Changes that quote the texts where a comment shows them folded and unfolded.
fn changes(texts: &[String]) -> Vec<Change> {
    let text = |at: usize| texts.get(at).cloned().unwrap_or_default();
    let id = "inc-20260302T090000Z-00000000".parse().expect("an id");
    let module = "content_system".parse().expect("a module");
    let at = "2026-03-02T09:00:00Z".parse().expect("a time");
    let lesson = Lesson { root_cause: text(0), remediation: text(1), prevention: text(2) };
    let plan = "guides".parse().expect("a plan");
    let terms = Terms { goal: text(3), owner: text(4), acceptance: texts.to_vec(), ..Terms::default() };
    vec![
        Change::IncidentAdded { id, severity: Severity::P0, module, summary: text(2), at },
        Change::PostmortemAdded {
            id: "inc-20260302T090000Z-00000001".parse().expect("an id"),
            severity: Severity::P1,
            module: "content_system".parse().expect("a module"),
            lesson,
            by: text(1),
            at,
            complete: false,
        },
        Change::PlanAdded { plan, title: text(1), terms },
        Change::FinishAdded { id: text(0), plan: text(1), outcome: text(2) },
        Change::ArtifactMalformed { path: text(0), line: 0, message: text(2) },
    ]
}

/// Two findings that say it all.
fn judgement(texts: &[String]) -> Judgement {
    let text = |at: usize| texts.get(at).cloned().unwrap_or_default();
    let violation = |level| Violation {
        rule: RULES[0].id,
        level,
        parent: Some(0),
        path: text(0),
        line: Some(texts.len()),
        message: text(2),
        before: texts.get(3).cloned(),
        after: texts.get(4).cloned(),
        hint: text(5),
    };
    let finding = |level| Finding {
        commit: "1".repeat(40),
        short: "1111111".to_owned(),
        parent_commit: None,
        subject: text(1),
        violation: violation(level),
    };
    Judgement::of(2, 1, vec![finding(Level::Error), finding(Level::Warning)], vec![text(2)])
}

fn machines(judgement: &Judgement) {
    for text in [gitlab(judgement), sarif(judgement)] {
        assert_harmless(&text);
        serde_json::from_str::<serde_json::Value>(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
    let xml = junit(judgement);
    assert_harmless(&xml);
    let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("failure"), count("testsuite")), (1, 1), "{xml}");
}

/// The runner obeys lines that begin with `::`, and `##[` anywhere.
fn commands(text: &str, judgement: &Judgement) {
    assert_harmless(text);
    assert!(!text.contains("##["), "{text}");
    let obeyed = text.lines().filter(|line| line.trim_start().starts_with("::")).count();
    assert_eq!(obeyed, judgement.findings.len() + judgement.incomplete.len(), "{text}");
    for line in text.lines().filter(|line| line.starts_with("::")) {
        let (properties, _) = line[2..].split_once("::").expect("a command and its text");
        let (_, properties) = properties.split_once(' ').expect("properties");
        for property in properties.split(',') {
            let name = property.split('=').next().unwrap_or_default();
            assert!(["file", "line", "title"].contains(&name), "{line}");
        }
    }
}

/// Nothing in it is HTML, a link, an image or a heading that we did not write.
fn markdown(text: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    assert_harmless(text);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_FOOTNOTES;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(
                tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::FootnoteDefinition(_)),
            ) => {
                panic!("{tag:?} in\n{text}")
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours = [
                    MARKER,
                    "<!-- -->",
                    "<details>",
                    "</details>",
                    "<strong>",
                    "</strong>",
                    "<summary>",
                    "</summary>",
                    "<ins>",
                    "</ins>",
                    "<del>",
                    "</del>",
                ];
                let rest = ours.iter().fold(html.to_string(), |rest, own| rest.replace(own, ""));
                assert!(!rest.contains('<'), "{html:?} in\n{text}");
            }
            _ => {}
        }
    }
}
