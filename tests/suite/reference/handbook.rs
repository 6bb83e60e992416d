//! A change of the templates comes with a change of the handbook.

use ohmymkt::model::layout;
use ohmymkt::model::metric::Signal;
use ohmymkt::model::template;

use super::read;

/// The parts of a page below headings of this level: the heading, and the text up to the next
/// heading of this level or above.
fn parts<'p>(page: &'p str, hashes: &str) -> Vec<(&'p str, &'p str)> {
    let mark = format!("\n{hashes} ");
    let heads = page.match_indices(&mark).map(|(at, _)| &page[at + mark.len()..]);
    let part = |rest: &'p str| {
        let (head, text) = rest.split_once('\n').unwrap_or((rest, ""));
        let end = (1..=hashes.len()).filter_map(|level| text.find(&format!("\n{} ", "#".repeat(level)))).min();
        (head, &text[..end.unwrap_or(text.len())])
    };
    heads.map(part).collect()
}

/// What stands behind `- **Word:**`, up to the next item.
fn item<'p>(text: &'p str, word: &str) -> &'p str {
    let rest = text.split(&format!("- **{word}:**")).nth(1).unwrap_or_default();
    rest.split("\n- ").next().unwrap_or_default()
}

/// The numbers in the first sentence of a text, in order.
fn ids(text: &str) -> Vec<String> {
    let sentence = text.split_inclusive('.').next().unwrap_or_default();
    let numbers = sentence.split(|character: char| !character.is_ascii_digit()).filter(|number| !number.is_empty());
    numbers.map(str::to_owned).collect()
}

#[test]
fn it_names_each_module_with_its_tasks_and_its_specialist() {
    let handbook = read("docs/handbook.md");
    let (pool, modules) = (template::pool(), template::modules());
    let sections = parts(&handbook, "####");
    for module in modules.all() {
        let heading = format!("`{module}`");
        let section = sections.iter().find(|(head, _)| *head == heading);
        let (_, text) = section.unwrap_or_else(|| panic!("docs/handbook.md has no section {heading}"));
        let tasks: Vec<_> = pool.tasks.iter().filter(|task| task.module == *module).collect();
        let wanted: Vec<_> = tasks.iter().map(|task| task.id.to_string()).collect();
        assert_eq!(ids(item(text, "Tasks")), wanted, "the tasks of {heading} in docs/handbook.md");
        for task in tasks {
            let named = item(text, "Specialist").replace("\n  ", " ").contains(&task.specialist);
            assert!(named, "{heading} in docs/handbook.md does not name the {}", task.specialist);
        }
    }
    for (head, _) in sections {
        let known = modules.all().any(|module| format!("`{module}`") == head);
        assert!(known, "docs/handbook.md has a section {head}, which is no module of the template");
    }
}

#[test]
fn it_names_each_signal_with_the_decision_it_serves() {
    let handbook = read("docs/handbook.md");
    for signal in Signal::ALL {
        let key = signal.key();
        assert!(handbook.contains(&format!("| `{key}` | ")), "docs/handbook.md has no row for `{key}`");
        assert!(handbook.contains(&format!("\n**`{key}`.**")), "docs/handbook.md does not say what `{key}` means");
    }
}

#[test]
fn what_can_be_extended_is_named() {
    let page = read("docs/extending.md");
    for place in [layout::POOL, layout::MODULES, layout::POLICY, "ohmymkt.prefix"] {
        assert!(page.contains(place), "docs/extending.md does not name {place}");
    }
    for name in ["warnings_as_errors", "require_independent_review", "require_gate_evidence", "verify_from"] {
        assert!(page.contains(&format!("`{name}`")), "docs/extending.md does not name {name}");
    }
}
