//! Texts, line by line.

use similar::{MergeRegion, MergeResolution, TextMerge};

use super::outcome::{Disagreement, Merged, Outcome, Three};

/// A three-way merge of text. What both sides changed in one place is left to a person.
pub(super) fn plain(sides: Three<&str>) -> Merged {
    let (ours, theirs) = (sides.ours.unwrap_or_default(), sides.theirs.unwrap_or_default());
    let merge = TextMerge::from_lines(sides.base.unwrap_or_default(), ours, theirs);
    let (mut with_ours, mut with_theirs) = (String::new(), String::new());
    let mut disagreements = Vec::new();
    for region in merge.regions() {
        if region.is_conflict() {
            disagreements.push(in_lines(&merge, region));
        }
        with_ours.push_str(&lines(&merge, region, Prefer::Ours));
        with_theirs.push_str(&lines(&merge, region, Prefer::Theirs));
    }
    let outcome = if disagreements.is_empty() {
        Outcome::Whole(with_ours.into_bytes())
    } else {
        Outcome::Torn { ours: Some(with_ours.into_bytes()), theirs: Some(with_theirs.into_bytes()) }
    };
    Merged { outcome, disagreements }
}

fn in_lines(merge: &TextMerge<'_, '_, '_, str>, region: &MergeRegion) -> Disagreement {
    // Between two lines of the ancestor the place is that of the line above.
    let (from, to) = (region.base_range().start + 1, region.base_range().end);
    let field = if from < to { format!("lines {from} to {to}") } else { format!("line {}", to.max(1)) };
    let text = |text: String| Some(text.trim_end().into());
    Disagreement {
        field,
        base: text(region.base_range().filter_map(|at| merge.base_line(at)).collect()),
        ours: text(lines(merge, region, Prefer::Ours)),
        theirs: text(lines(merge, region, Prefer::Theirs)),
        settled: None,
        why: "both sides changed it".to_owned(),
    }
}

#[derive(Clone, Copy)]
enum Prefer {
    Ours,
    Theirs,
}

fn lines(merge: &TextMerge<'_, '_, '_, str>, region: &MergeRegion, prefer: Prefer) -> String {
    let theirs = match region.resolution() {
        MergeResolution::Theirs => true,
        MergeResolution::Conflict => matches!(prefer, Prefer::Theirs),
        _ => false,
    };
    if theirs {
        region.theirs_range().filter_map(|at| merge.theirs_line(at)).collect()
    } else {
        region.ours_range().filter_map(|at| merge.ours_line(at)).collect()
    }
}

/// A merge of notes: in one place the lines of both sides stand, one after the other.
pub(super) fn notes(sides: Three<&str>) -> String {
    let (ours, theirs) = (sides.ours.unwrap_or_default(), sides.theirs.unwrap_or_default());
    let merge = TextMerge::from_lines(sides.base.unwrap_or_default(), ours, theirs);
    let mut text = String::new();
    for region in merge.regions() {
        if region.is_conflict() {
            both(&mut text, &lines(&merge, region, Prefer::Ours), &lines(&merge, region, Prefer::Theirs));
        } else {
            append(&mut text, &lines(&merge, region, Prefer::Ours));
        }
    }
    text
}

/// Adds two blocks, what they begin and end with in common once.
fn both(text: &mut String, one: &str, other: &str) {
    let (one, other): (Vec<_>, Vec<_>) = (one.lines().collect(), other.lines().collect());
    let start = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let (rest, others) = (&one[start..], &other[start..]);
    let end = rest.iter().rev().zip(others.iter().rev()).take_while(|(a, b)| a == b).count();
    let (mine, yours) = (&rest[..rest.len() - end], &others[..others.len() - end]);
    let (first, second) = if mine <= yours { (mine, yours) } else { (yours, mine) };
    let blocks = [&one[..start], first, second, &rest[rest.len() - end..]];
    for line in blocks.into_iter().flatten() {
        append(text, line);
        text.push('\n');
    }
}

/// Two reports that were written under one name on two branches: one text that has both,
/// the one that comes first in the alphabet before the other.
pub(super) fn both_reports(ours: &str, theirs: &str) -> String {
    one_after_the_other(ours, theirs, "\n---\n\n")
}

/// The same of their pages, when they differ in nothing but the report.
pub(super) fn both_pages(ours: &str, theirs: &str) -> Option<String> {
    let (ours, theirs) = (Around::of(ours)?, Around::of(theirs)?);
    let same = (ours.before, ours.after) == (theirs.before, theirs.after);
    same.then(|| {
        let report = one_after_the_other(ours.report, theirs.report, "<hr>\n");
        [ours.before, &report, ours.after].concat()
    })
}

/// A page, and where in it the report stands.
struct Around<'p> {
    before: &'p str,
    report: &'p str,
    after: &'p str,
}

impl<'p> Around<'p> {
    fn of(page: &'p str) -> Option<Self> {
        let (start, end) = ("<main>\n", "</main>");
        let (from, to) = (page.find(start)? + start.len(), page.rfind(end)?);
        let report = page.get(from..to)?;
        Some(Self { before: &page[..from], report, after: &page[to..] })
    }
}

fn one_after_the_other(ours: &str, theirs: &str, between: &str) -> String {
    let (first, second) = if ours <= theirs { (ours, theirs) } else { (theirs, ours) };
    if second.contains(first) {
        return second.to_owned();
    }
    if first.contains(second) {
        return first.to_owned();
    }
    let mut text = first.to_owned();
    append(&mut text, between);
    append(&mut text, second);
    text
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !text.ends_with('\n') && !more.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}
