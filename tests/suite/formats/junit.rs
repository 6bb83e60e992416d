//! JUnit's XML.

use ohmymkt::rules::RULES;
use roxmltree::{Document, Node};

use super::{bad, findings, shallow, verify};
use crate::sandbox::Sandbox;

fn named<'a>(node: Node<'a, 'a>, name: &'static str) -> Vec<Node<'a, 'a>> {
    node.descendants().filter(|node| node.has_tag_name(name)).collect()
}

#[test]
fn each_broken_rule_is_a_failed_test_of_its_commit_and_each_kept_one_passes() {
    let sandbox = bad();
    let text = verify(&sandbox, "junit", 2);
    let document = Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let suites = document.root_element();
    let (cases, failures) = (named(suites, "testcase"), named(suites, "failure"));
    let suite = named(suites, "testsuite")[0];
    for counted in [suites, suite] {
        assert_eq!(counted.attribute("tests"), Some(cases.len().to_string().as_str()));
        assert_eq!(counted.attribute("failures"), Some(failures.len().to_string().as_str()));
        assert_eq!(counted.attribute("errors"), Some("0"));
    }
    let all = findings(&sandbox, 2);
    for rule in RULES {
        let of_rule: Vec<_> = all.iter().filter(|finding| finding["rule"] == rule.id).collect();
        if of_rule.is_empty() {
            let passed = cases.iter().find(|case| case.attribute("name") == Some(rule.id)).expect("a test");
            assert!(!passed.has_children(), "{text}");
        }
        for finding in of_rule {
            let (class, commit) = (format!("ohmymkt.{}", rule.id), finding["commit"].as_str().expect("an id"));
            let is_it = |case: &&Node<'_, '_>| {
                case.attribute("classname") == Some(&class)
                    && case.attribute("name").is_some_and(|name| name.starts_with(commit))
            };
            let case = cases.iter().find(is_it).unwrap_or_else(|| panic!("no test for {finding:#}\n{text}"));
            let inside = if finding["level"] == "error" { "failure" } else { "system-out" };
            assert!(!named(*case, inside).is_empty(), "{text}");
        }
    }
    let names: Vec<_> = cases.iter().map(|case| (case.attribute("classname"), case.attribute("name"))).collect();
    assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1), "{names:#?}");
    assert!(text.chars().all(|one| one == '\n' || (one >= ' ' && !matches!(one, '\u{fffe}' | '\u{ffff}'))));
}

#[test]
fn a_sound_history_passes_and_an_incomplete_one_errs() {
    let sandbox = Sandbox::new().planned();
    let text = verify(&sandbox, "junit", 0);
    let document = Document::parse(&text).expect("XML");
    assert_eq!(named(document.root_element(), "testcase").len(), RULES.len());
    assert!(named(document.root_element(), "failure").is_empty());
    let shallow = shallow(&sandbox);
    let text = sandbox.call("ohmymkt", &["verify", "--format", "junit"]).folder(&shallow).run().code(3).stdout;
    let document = Document::parse(&text).expect("XML");
    let json = sandbox.call("ohmymkt", &["verify", "--json"]).folder(&shallow).run().code(3).json();
    let reasons = json["incomplete"].as_array().expect("a list").len();
    assert_eq!(document.root_element().attribute("errors"), Some(reasons.to_string().as_str()));
    assert_eq!(named(document.root_element(), "error").len(), reasons);
}
