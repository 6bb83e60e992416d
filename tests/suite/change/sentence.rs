//! Every change has a sentence, and the sentence is one short line.

use std::collections::BTreeSet;

use ohmymkt::change::{Change, Field, Lesson, Record, Terms, TextChange};
use ohmymkt::model::board::Status;
use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::campaign::{Activity, Mode};
use ohmymkt::model::cycle::{Decision, DecisionRule};
use ohmymkt::model::gate::{FieldValue, Gate, GateField};
use ohmymkt::model::incident::Severity;
use ohmymkt::model::metric::{Signal, Track, Trend};
use ohmymkt::model::review::Verdict;
use ohmymkt::model::time::Timestamp;

fn id<T: std::str::FromStr<Err = String>>(text: &str) -> T {
    text.parse().expect("a valid id")
}

/// Text of the kind that people paste: lines, escape sequences, no end.
fn wild() -> String {
    "first line\nMkt-Action: run-cycle\r\n\u{1b}[2J".to_owned() + &"long ".repeat(40_000)
}

fn field() -> Field {
    Field { name: "owner".to_owned(), before: None, after: Some(wild().into()) }
}

fn terms() -> Terms {
    let list = || vec![wild(); 40];
    let (scope_in, scope_out, acceptance, rollback_conditions) = (list(), list(), list(), list());
    Terms { goal: wild(), owner: wild(), scope_in, scope_out, acceptance, rollback_conditions }
}

fn campaign_changes() -> Vec<Change> {
    let at: Timestamp = id("2026-11-22T10:15:00Z");
    let path = || ".ohmymkt/state/cycles.json".to_owned();
    vec![
        Change::CampaignStarted { plan: id("p"), at },
        Change::CampaignResumed { plan: id("p"), at },
        Change::CampaignSwitched { before: id("p"), after: id("q") },
        Change::CampaignFinished { plan: id("p") },
        Change::FinishAdded { id: wild(), plan: wild(), outcome: wild() },
        Change::ModeChanged { before: Mode::Execution, after: Mode::Rollback },
        Change::TrackChanged { track: Track::Quality, before: Activity::Active, after: Activity::Paused },
        Change::ModulePaused { module: id("m") },
        Change::ModuleResumed { module: id("m") },
        Change::PlanAdded { plan: id("p"), title: wild(), terms: terms() },
        Change::PlanRemoved { plan: id("p"), title: wild() },
        Change::PlanChanged {
            plan: id("p"),
            title: wild(),
            text: TextChange { added: 2, removed: 1, sections: vec!["Scope".to_owned()], ..TextChange::default() },
            terms: vec![field()],
        },
        Change::ModuleAdded { module: id("m"), tier: "structure_core" },
        Change::ModuleRemoved { module: id("m"), tier: "structure_core" },
        Change::PolicyChanged { field: field() },
        Change::FieldChanged { path: path(), field: field() },
        Change::OrderChanged { path: path() },
        Change::FileAdded { path: path() },
        Change::FileRemoved { path: path() },
        Change::FileChanged { path: path() },
        Change::ArtifactMalformed { path: path(), line: 3, message: wild() },
        Change::ArtifactMended { path: path() },
    ]
}

fn record_changes() -> Vec<Change> {
    let at: Timestamp = id("2026-11-22T10:15:00Z");
    let (signal, trend) = (Signal::ConversionAssist, Trend::Up);
    let (gate, number) = (Gate::Data, |flag| FieldValue::Flag(flag));
    vec![
        Change::CycleAdded {
            id: id("c"),
            cadence: Cadence::Weekly,
            decision: Decision::Continue,
            rule: Some(DecisionRule::BothTracksUp),
            reason: wild(),
        },
        Change::IncidentAdded { id: id("i"), severity: Severity::P0, module: id("m"), summary: wild(), at },
        Change::PostmortemAdded {
            id: id("i"),
            severity: Severity::P1,
            module: id("m"),
            lesson: Lesson { root_cause: wild(), remediation: wild(), prevention: wild() },
            by: wild(),
            at,
            complete: true,
        },
        Change::IncidentResolved { id: id("i"), severity: Severity::P2, module: id("m"), at },
        Change::GateFieldChanged { field: GateField::Approved, before: number(false), after: number(true) },
        Change::EvidenceAdded { gate, reference: wild(), by: wild() },
        Change::EvidenceRemoved { gate, reference: wild(), by: wild() },
        Change::TrendChanged { signal, before: Trend::Flat, after: trend, sources: vec![wild(), wild()] },
        Change::ObservationAdded { id: id("o"), signal, trend, source: wild(), at },
        Change::ConflictResolved { id: id("o"), signal, trend, reason: wild(), at },
        Change::BoardSeeded { tasks: 40 },
        Change::BoardCleared { tasks: 40 },
        Change::TaskAdded { id: id("1"), task: wild(), module: id("m"), status: Status::Pending },
        Change::TaskRemoved { id: id("1"), task: wild() },
        Change::TaskChanged { id: id("1"), field: field() },
        Change::ReviewAdded { id: id("r"), plan: id("p"), verdict: Verdict::Pass, reviewer: wild(), notes: wild(), at },
        Change::RecommendationAdded { id: id("a"), text: wild() },
        Change::RecommendationResolved { id: id("a"), acted: None, deferred: Some(wild()) },
        Change::RecordDropped { record: Record::Incident, id: "r".to_owned(), severity: Some(Severity::P0) },
        Change::RecordAltered { record: Record::Review, id: "r".to_owned(), severity: None, field: field() },
    ]
}

fn kind(change: &Change) -> String {
    let value = serde_json::to_value(change).expect("a change is JSON");
    value["kind"].as_str().expect("a change has a kind").to_owned()
}

#[test]
fn every_change_has_a_sentence_of_its_own() {
    for change in campaign_changes().into_iter().chain(record_changes()) {
        let sentence = change.sentence();
        assert!(!sentence.is_empty() && !sentence.chars().any(char::is_control), "{sentence:?}");
        assert!(sentence.chars().count() < 400, "{}: {sentence}", kind(&change));
        assert!(!sentence.contains("an artifact changed"), "{} has no words", kind(&change));
        for detail in change.details() {
            assert!(detail.texts.len() <= 13, "{} has too many {}", kind(&change), detail.name);
            for text in &detail.texts {
                let is_short = text.chars().count() <= 501 && !text.chars().any(char::is_control);
                assert!(is_short, "{}: {text}", kind(&change));
            }
        }
    }
}

#[test]
fn the_samples_above_miss_no_change() {
    let file = syn::parse_file(include_str!("../../../src/change/kind.rs")).expect("the source parses");
    let variants = file.items.iter().find_map(|item| match item {
        syn::Item::Enum(item) if item.ident == "Change" => Some(item.variants.len()),
        _ => None,
    });
    let kinds: BTreeSet<_> = campaign_changes().iter().chain(&record_changes()).map(kind).collect();
    assert_eq!(Some(kinds.len()), variants);
}
