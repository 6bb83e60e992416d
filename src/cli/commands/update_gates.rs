//! `update-gates`: sets gate values, with the evidence for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, Part, WriteArgs};
use crate::git::UncommittedKind;
use crate::model::action::{Action, Claim, Token};
use crate::model::codec::Extra;
use crate::model::gate::{FieldValue, Gate, GateField};
use crate::model::gates::{Evidence, is_url};
use crate::model::shell::word;
use crate::model::step::Proposal;
use crate::model::template;
use crate::model::unseen::is_blank;
use crate::render::Page;
use crate::render::View;
use crate::render::gates::GateTable;
use crate::rules::gates;

/// Set values of the startup gates, with evidence
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Evidence is an http(s) URL or a path in the repository, kept with the blob that it names now.

Examples:
  git mkt update-gates capacity_gate.rolling_weeks_feasible=8 --evidence plans/capacity.md
  git mkt update-gates strategy_gate.kpi_tree_bound=true strategy_gate.approved=true \\
      --evidence https://example.com/kpi-tree --note \"approved in the Q1 review\"")]
pub struct Args {
    /// What to set
    #[arg(required = true, value_name = "GATE.FIELD=VALUE")]
    assignments: Vec<String>,
    /// What shows it: a URL or a repository path
    #[arg(long, value_name = "REF")]
    evidence: Vec<String>,
    /// What the evidence shows, in words; without evidence it goes into the commit
    #[arg(long, value_name = "T", default_value = "", hide_default_value = true)]
    note: String,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Updated {
    set: BTreeMap<String, FieldValue>,
    #[serde(flatten)]
    table: GateTable,
}

impl View for Updated {
    fn page(&self) -> Page {
        self.table.page()
    }
}

/// Runs the command.
///
/// # Errors
/// When a gate, field, value or piece of evidence is not one, and refusals of the rules.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let values = parse(&args.assignments)?;
    context.write_part(&args.write, Part { rests_on: &["state/gates.json"], sees: &[], named: &[] }, |moment| {
        let mut after = (*moment.before).clone();
        let state = after.gates.get_or_insert_with(template::gates);
        let touched: BTreeSet<Gate> = values.keys().map(|field| field.gate()).collect();
        for (field, value) in &values {
            state.set(*field, value.clone());
        }
        for reference in &args.evidence {
            let evidence = evidence(moment, reference, &args.note)?;
            for gate in &touched {
                state.add_evidence(*gate, evidence.clone());
            }
        }
        let table = GateTable::from(&gates::evaluate(&after));
        let mut proposal = propose(moment, after, &touched, &values);
        if args.evidence.is_empty() && !is_blank(&args.note) {
            let parts = [args.note.trim(), &proposal.body];
            proposal.body = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        }
        let set = values.iter().map(|(field, value)| (field.to_string(), value.clone())).collect();
        Ok(Composed { proposal, view: Updated { set, table } })
    })
}

fn parse(assignments: &[String]) -> Result<BTreeMap<GateField, FieldValue>, Failure> {
    let mut values = BTreeMap::new();
    for assignment in assignments {
        let Some((field, value)) = assignment.split_once('=') else {
            return Err(Failure::bad_value(format!("expected <gate>.<field>=<value>, found `{assignment}`")));
        };
        let field: GateField = field.parse()?;
        if values.insert(field, field.parse_value(value)?).is_some() {
            return Err(Failure::bad_value(format!("`{field}` is set twice")));
        }
    }
    Ok(values)
}

fn propose(
    moment: &Moment<'_>,
    after: crate::model::snapshot::Snapshot,
    touched: &BTreeSet<Gate>,
    values: &BTreeMap<GateField, FieldValue>,
) -> Proposal {
    let evaluation = gates::evaluate(&after);
    let mut claim = Claim::new(Action::UpdateGates);
    for result in evaluation.results.iter().filter(|result| touched.contains(&result.gate)) {
        claim = claim.with(Token::Gate, format!("{}={}", result.gate, result.status));
    }
    let set: Vec<_> = values.iter().map(|(field, value)| format!("{field}={value}")).collect();
    let summary = match set.as_slice() {
        [one] => one.clone(),
        all => format!("{} gate values, {} gates pass", all.len(), evaluation.tally()),
    };
    let body = if set.len() > 1 { set.join("\n") } else { String::new() };
    Proposal { body, ..moment.proposal(after, claim, summary) }
}

/// Evidence for a reference: a URL as it is, a path with the blob it names.
fn evidence(moment: &Moment<'_>, reference: &str, note: &str) -> Result<Evidence, Failure> {
    let found = |reference: String, blob| Evidence {
        reference,
        blob,
        note: note.to_owned(),
        by: moment.by.clone(),
        at: moment.now,
        extra: Extra::new(),
    };
    if is_blank(reference) {
        return Err(Failure::bad_value("expected a URL or a repository path as evidence, found a blank"));
    }
    if is_url(reference) {
        return Ok(found(reference.to_owned(), None));
    }
    let repo = moment.store.repo();
    let head = repo.head()?.commit_id;
    let (path, line) = reference.split_once('#').map_or((reference, None), |(path, line)| (path, Some(line)));
    let mut failure = Failure::bad_value(format!("`{reference}` is neither a URL nor a path in HEAD"));
    for candidate in candidates(repo.prefix().as_deref(), path) {
        let committed = match &head {
            Some(id) => repo.path_blob(id, &candidate)?,
            None => None,
        };
        if let Some(blob) = committed {
            let anchor = line.map(|line| format!("#{line}")).unwrap_or_default();
            return Ok(found(format!("{candidate}{anchor}"), Some(blob.to_string())));
        }
        if repo.uncommitted_file(&candidate)? == Some(UncommittedKind::Untracked) {
            let path = pathspec(&candidate);
            failure = failure.hint(format!("git add -- {path} && git commit"));
        }
    }
    Err(failure)
}

/// A path from the top of the repository, as git takes it wherever one stands.
fn pathspec(path: &str) -> String {
    word(&format!(":/{path}")).into_owned()
}

/// A path as typed: from the top of the repository, or from where the user stands. One that
/// leads out of the repository is none.
fn candidates(prefix: Option<&str>, path: &str) -> Vec<String> {
    let mut candidates = Vec::new();
    for base in ["", prefix.unwrap_or_default()] {
        let mut parts: Option<Vec<String>> = Some(Vec::new());
        for component in Path::new(base).join(path).components() {
            parts = parts.and_then(|mut parts| match component {
                Component::Normal(part) => {
                    parts.push(part.to_string_lossy().into_owned());
                    Some(parts)
                }
                Component::ParentDir => parts.pop().map(|_| parts),
                Component::CurDir => Some(parts),
                Component::RootDir | Component::Prefix(_) => None,
            });
        }
        let candidate = parts.map(|parts| parts.join("/")).unwrap_or_default();
        if !candidate.is_empty() && !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    candidates
}
