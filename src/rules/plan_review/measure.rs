//! What a criterion must say to be measured, and the signals that the repository stores.

use crate::model::board::Status;
use crate::model::gate::{Gate, GateField};
use crate::model::incident::Severity;
use crate::model::metric::{Signal, Track};
use crate::model::plan::Words;

/// Words that say what a stored signal does.
const TRENDS: &[&str] = &[
    "up",
    "flat",
    "down",
    "conflict",
    "rise",
    "rises",
    "rising",
    "rose",
    "fall",
    "falls",
    "falling",
    "fell",
    "hold",
    "holds",
    "stable",
    "steady",
    "increase",
    "increases",
    "increasing",
    "decrease",
    "decreases",
    "decreasing",
];
/// Words that say what a gate, an incident or a decision must be.
const STATES: &[&str] = &[
    "pass",
    "passes",
    "passed",
    "passing",
    "fail",
    "fails",
    "true",
    "false",
    "no",
    "none",
    "without",
    "never",
    "all",
    "every",
    "each",
    "both",
    "only",
    "resolved",
    "continue",
    "intervene",
    "rollback",
    "done",
    "set",
];
/// Numbers in words.
const NUMBERS: &[&str] = &[
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen",
    "half", "twice", "double", "doubles", "triple", "triples",
];
/// Phrases that compare two things.
const COMPARISONS: &[&str] = &[
    "at least",
    "at most",
    "fewer than",
    "less than",
    "more than",
    "higher than",
    "lower than",
    "greater than",
    "smaller than",
    "faster than",
    "slower than",
    "not below",
    "not above",
    "exceeds",
    "equals",
];
/// Words that nobody can measure. Those with a `*` stand for all words that begin so.
const VAGUE: &[&str] = &[
    "better",
    "best",
    "improv*",
    "significant*",
    "substantial*",
    "considerabl*",
    "more",
    "good",
    "great",
    "nice*",
    "soon",
    "optimi*",
    "grow*",
    "boost*",
    "enhanc*",
    "strong*",
    "quick*",
    "fast",
    "faster",
    "reasonabl*",
    "sufficien*",
    "adequate*",
    "appropriate*",
    "enough",
    "many",
    "much",
    "some",
    "robust*",
    "maximi*",
    "minimi*",
    "as possible",
    "as needed",
];
/// Words before a year, which is a date and no measure.
const BEFORE_YEAR: &[&str] =
    &["by", "in", "until", "before", "since", "during", "end", "of", "q1", "q2", "q3", "q4", "h1", "h2"];
/// Words that make a decision's name mean the decision.
const CYCLES: &[&str] =
    &["cycle", "cycles", "decision", "decisions", "decide", "decides", "decided", "weekly", "monthly", "quarterly"];

/// Why a criterion cannot be measured: the vague word in it, if there is one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unmeasurable(pub(super) Option<String>);

/// Whether a criterion can be measured: it has a number or a comparison, or it says
/// where a stored signal must go.
pub(super) fn measure(criterion: &str) -> Result<(), Unmeasurable> {
    let words = Words::of(criterion);
    let any = |list: &[&str]| list.iter().any(|word| words.has(word));
    if has_number(criterion) || any(NUMBERS) || criterion.contains(['<', '>', '=', '≤', '≥', '%']) {
        return Ok(());
    }
    if names_stored_signal(criterion) && (any(TRENDS) || any(STATES) || any(COMPARISONS)) {
        return Ok(());
    }
    let vague = vague_word(criterion, &words);
    if vague.is_none() && any(COMPARISONS) { Ok(()) } else { Err(Unmeasurable(vague)) }
}

/// The first vague word of the list that is there, as it is written.
fn vague_word(criterion: &str, words: &Words) -> Option<String> {
    let is_there = |entry: &str| match entry.strip_suffix('*') {
        Some(stem) => words.has_stem(stem),
        // "more than" compares, only "more" alone is vague.
        None if entry == "more" || entry == "faster" => words.has(entry) && !words.has(&format!("{entry} than")),
        None => words.has(entry),
    };
    let entry = VAGUE.iter().find(|entry| is_there(entry))?;
    let fits = |word: &&str| match entry.strip_suffix('*') {
        Some(stem) => word.to_lowercase().starts_with(stem),
        None => word.to_lowercase() == **entry,
    };
    let written = criterion.split(|character: char| !character.is_alphanumeric()).find(fits);
    Some(written.unwrap_or(entry).to_owned())
}

/// Whether there is a number that measures: no part of a name (`P0`, `GA4`), no date, no year.
fn has_number(text: &str) -> bool {
    let mut before = String::new();
    for word in text.split_whitespace() {
        if measures(word, &before) {
            return true;
        }
        before = word.to_lowercase();
    }
    false
}

fn measures(word: &str, before: &str) -> bool {
    let bare = word.trim_matches(|edge: char| !edge.is_alphanumeric());
    let year = bare.len() == 4 && (bare.starts_with("19") || bare.starts_with("20")) && bare.parse::<u16>().is_ok();
    let date = bare.split('-').count() == 3 && bare.chars().all(|part| part.is_ascii_digit() || part == '-');
    if date || (year && BEFORE_YEAR.contains(&before)) {
        return false;
    }
    let mut in_name = false;
    for character in word.chars() {
        if character.is_numeric() && !in_name {
            return true;
        }
        // Scripts without spaces put a number right after a word; Latin names carry digits.
        in_name = character == '_' || character.is_ascii_alphabetic() || (in_name && character.is_ascii_alphanumeric());
    }
    false
}

/// Whether a text names something that the repository stores: a trend, a gate or a gate's
/// field, incidents, a cycle's decision, or the status of tasks.
pub(super) fn names_stored_signal(text: &str) -> bool {
    let words = Words::of(text);
    let any = |list: &[&str]| list.iter().any(|word| words.has(word));
    let metric = Signal::ALL.iter().any(|signal| words.has_stem(signal.key().trim_end_matches("_trend")))
        || Track::ALL.iter().any(|track| words.has_stem(track.key()))
        || words.has("both tracks");
    let gate = Gate::ALL.iter().any(|gate| words.has(gate.key()))
        || GateField::ALL.iter().any(|field| is_telling(*field) && words.has(field.key()))
        || any(&["gates", "startup gate"]);
    let severity = |name: &str| words.has(name) || words.has(&format!("{name}s"));
    let incident = Severity::ALL.iter().any(|known| severity(known.name())) || words.has_stem("incident");
    let decision = any(&["rollback", "rollbacks", "intervene"]) || (words.has("continue") && any(CYCLES));
    let status = any(&["task", "tasks", "board"]) && Status::ALL.iter().any(|status| words.has(status.name()));
    metric || gate || incident || decision || status
}

/// Whether the field's name alone means the field. `approved` and `documented` are
/// everyday words and count only with their gate.
fn is_telling(field: GateField) -> bool {
    !matches!(field, GateField::Approved | GateField::Documented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_comparisons_and_stored_trends_measure() {
        for text in [
            "non_brand_visibility_trend is up in 3 of 4 weekly cycles",
            "High-intent sessions hold",
            "conversion assist rises by 10%",
            "转化率提升20%以上",
            "coverage >= 0.85",
            "the error rate is lower than last year's",
            "no P0 incident while the campaign runs",
            "all five gates pass",
            "2000 sessions a week",
        ] {
            assert_eq!(measure(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn vague_words_dates_and_names_do_not() {
        for (text, word) in [
            ("Rankings Improve significantly", "Improve"),
            ("the docs are improved", "improved"),
            ("better visibility by 2026", "better"),
            ("more traffic in GA4", "more"),
            ("content is as fresh as possible", "as possible"),
            ("grow the blog before 2026-12-31", "grow"),
        ] {
            assert_eq!(measure(text), Err(Unmeasurable(Some(word.to_owned()))), "{text}");
        }
        assert_eq!(measure("users are happy"), Err(Unmeasurable(None)));
    }

    #[test]
    fn stored_signals_are_known_by_many_spellings() {
        for text in [
            "quality_track.conversion_assist_trend is up",
            "Query-cluster coverage is flat or up",
            "priority query coverage is 0.9",
            "the capacity gate passes",
            "zero P1s in 30 days",
            "the weekly cycle decides continue",
            "9 of 10 tasks are done",
        ] {
            assert!(names_stored_signal(text), "{text}");
        }
        for text in ["3000 followers", "users continue to read 2 pages", "the design is approved by 2 people"] {
            assert!(!names_stored_signal(text), "{text}");
        }
    }
}
