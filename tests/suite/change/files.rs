//! Artifacts in memory, to load snapshots from.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};

use ohmymkt::model::id::BlobId;
use ohmymkt::model::load::load;
use ohmymkt::model::snapshot::{Content, FileKind, Listed, Snapshot, Source};

/// Path under `.ohmymkt/` to text.
#[derive(Debug, Clone, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// The files with one more, or with another text for one.
    pub fn with(&self, path: &str, text: &str) -> Self {
        let mut files = self.clone();
        files.0.insert(path.to_owned(), text.to_owned());
        files
    }

    /// The files without one.
    pub fn without(&self, path: &str) -> Self {
        let mut files = self.clone();
        files.0.remove(path).expect("the file was there");
        files
    }

    /// The files with a piece of text in one of them replaced.
    pub fn edited(&self, path: &str, old: &str, new: &str) -> Self {
        let text = &self.0[path];
        assert!(text.contains(old), "{path} does not say {old}");
        self.with(path, &text.replace(old, new))
    }

    /// What is read from them.
    pub fn snapshot(&self) -> Snapshot {
        load(self).unwrap_or_else(|never| match never {})
    }
}

impl Source for Files {
    type Error = Infallible;

    fn list(&self) -> Result<Vec<Listed>, Infallible> {
        let listed = |path: &String| {
            let blob_id = Some(self.blob_id(self.0[path].as_bytes())?);
            Ok(Listed { path: format!(".ohmymkt/{path}"), kind: FileKind::Regular, blob_id })
        };
        self.0.keys().map(listed).collect()
    }

    fn read(&self, file: &Listed) -> Result<Content, Infallible> {
        Ok(Content::Bytes(self.0[&file.path[".ohmymkt/".len()..]].clone().into_bytes()))
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId, Infallible> {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        Ok(format!("{:016x}", hasher.finish()).parse().expect("digits make a blob id"))
    }
}

/// The id of the incident in [`campaign`].
pub const INCIDENT: &str = "inc-20261120T080000Z-0a0b0c0d";

/// A running campaign with one of everything.
pub fn campaign() -> Files {
    let texts = [
        ("policy.json", include_str!("../../../templates/policy.template.json")),
        ("state/gates.json", include_str!("../../../templates/gates.template.json")),
        ("state/metrics.json", include_str!("../../../templates/metrics.template.json")),
        ("state/modules.json", include_str!("../../../templates/modules.template.json")),
        (
            "boulder.json",
            r#"{"active_plan": ".ohmymkt/plans/q3-aeo.md", "plan_name": "q3-aeo",
            "started_at": "2026-11-01T09:00:00Z", "session_ids": [], "role": "Execution Manager"}"#,
        ),
        (
            "state/execution.json",
            r#"{"active_plan": ".ohmymkt/plans/q3-aeo.md", "mode": "execution",
            "tracks": {"visibility": "active", "quality": "active"}, "paused_modules": []}"#,
        ),
        (
            "state/sprint-board.json",
            r#"[{"id": "1", "task": "Cut crawler waste", "track": "visibility", "module": "technical_foundation",
            "specialist": "Technical SEO Engineer", "status": "pending", "owner": "", "due_date": "",
            "kpi_impact": "", "rollback_condition": ""}]"#,
        ),
        ("state/cycles.json", &format!("[{}]", cycle("20261108T100000Z", "intervene"))),
        (
            &format!("incidents/{INCIDENT}.json"),
            &format!(
                r#"{{"id": "{INCIDENT}", "severity": "P1", "module": "aeo_answer_layer",
            "summary": "answers cite an old price", "created_at": "2026-11-20T08:00:00Z"}}"#
            ),
        ),
        (
            "observations/obs-1.json",
            r#"{"id": "obs-1", "metric": "visibility_track.non_brand_visibility_trend", "trend": "flat",
            "source": "search-console", "recorded_at": "2026-11-07T08:00:00Z", "recorded_by": "Ana"}"#,
        ),
        (
            "reviews/rev-1.json",
            r#"{"id": "rev-1", "plan": "q3-aeo", "blob": "abc", "verdict": "pass", "reviewer": "Bo",
            "at": "2026-10-30T08:00:00Z"}"#,
        ),
        (
            "recommendations/rec-1.json",
            r#"{"id": "rec-1", "text": "merge the two pricing pages", "report_file": "x.md",
            "created_at": "2026-11-08T10:00:00Z"}"#,
        ),
        ("plans/q3-aeo.md", "# Own the answers\n"),
        ("reports/weekly/2026-11-08-weekly.md", "# Report\n"),
        ("notepads/q3-aeo/learnings.md", "Nothing yet\n"),
    ];
    Files(texts.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
}

/// A weekly cycle at a time in compact form.
pub fn cycle(at: &str, decision: &str) -> String {
    let (rule, p0) = if decision == "rollback" { ("p0-in-window", 1) } else { ("otherwise", 0) };
    let time = format!("{}-{}-{}T{}:{}:{}Z", &at[..4], &at[4..6], &at[6..8], &at[9..11], &at[11..13], &at[13..15]);
    format!(
        r#"{{"id": "cycle-{at}-weekly", "cadence": "weekly", "decision": "{decision}", "reason": "visibility is not up",
        "generated_at": "{time}", "rule": "{rule}", "window": {{"from": "2026-11-01T09:00:00Z", "to": "{time}"}},
        "inputs": {{"gates": {{"strategy_gate": "pass", "compliance_gate": "pass", "capacity_gate": "fail",
        "data_gate": "pass", "ownership_gate": "pass"}}, "trends": {{
        "visibility_track.non_brand_visibility_trend": "flat", "visibility_track.query_cluster_coverage_trend": "up",
        "quality_track.high_intent_session_trend": "down", "quality_track.conversion_assist_trend": "conflict"}},
        "incidents": {{"p0": {p0}, "p1": 0, "p2": 0}}, "incident_ids": []}},
        "actions": ["capacity_gate: cut the plan (Content Lead)", "rebalance * the work"],
        "report_file": ".ohmymkt/reports/weekly/2026-11-08-weekly.md"}}"#
    )
}
