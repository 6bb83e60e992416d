//! `update-metrics`: what a source observed, or how a conflict of sources is settled.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::codec::Extra;
use crate::model::id::ObservationId;
use crate::model::metric::{Signal, Trend};
use crate::model::observation::{self, Observation, standing};
use crate::model::snapshot::Snapshot;
use crate::model::step::Proposal;
use crate::model::time::Timestamp;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Record what a source observed of a signal, or settle a conflict of sources
#[derive(Debug, clap::Args)]
#[command(after_help = "\
When the newest observations of two sources disagree, both stay and the trend reads
`conflict`, which is not up, until they agree or somebody settles it with --resolve.

Examples:
  git mkt update-metrics visibility_track.non_brand_visibility_trend=up --source search-console
  git mkt update-metrics quality_track.conversion_assist_trend=down --source ga4 --value 132
  git mkt update-metrics visibility_track.non_brand_visibility_trend=flat --resolve \\
      --reason \"the rank tracker lost half its keywords on Tuesday\"")]
pub struct Args {
    /// What was observed: up, flat or down
    #[arg(required = true, value_name = "TRACK.SIGNAL=TREND")]
    assignments: Vec<String>,
    /// Where it was observed, such as search-console
    #[arg(long, value_name = "S", required_unless_present = "resolve")]
    source: Option<String>,
    /// The measured value behind the trend
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    value: Option<String>,
    /// When it was observed (RFC 3339, UTC); now when not given
    #[arg(long, value_name = "T")]
    observed_at: Option<String>,
    /// Settle a conflict: the trend given holds from now on
    #[arg(long, conflicts_with_all = ["source", "value", "observed_at"], requires = "reason")]
    resolve: bool,
    /// Why the conflict is settled so
    #[arg(long, value_name = "T", requires = "resolve", visible_alias = "note")]
    reason: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Observed {
    observations: Vec<ObservationId>,
    trends: BTreeMap<String, Trend>,
    conflicts: Vec<Observation>,
}

impl View for Observed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for (signal, trend) in &self.trends {
            let label = if *trend == Trend::Conflict { Label::Warning } else { Label::Heading };
            page.line().text(signal).text(" is ").label(label, trend.name());
        }
        for seen in &self.conflicts {
            let line = page.line();
            line.text("  ").text(seen.speaker()).text(format!(" says {} ({})  ", seen.trend, seen.observed_at));
            line.label(Label::Id, seen.id.as_str());
        }
        for (signal, _) in self.trends.iter().filter(|(_, trend)| **trend == Trend::Conflict) {
            let command = format!("git mkt update-metrics {signal}=<trend> --resolve --reason \"<why>\"");
            page.line().label(Label::Dim, "  until they agree, or: ").text(command);
        }
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When a metric, trend, source or time is not one; when there is no conflict to settle.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let said = parse(&args.assignments)?;
    let observed_at = observed_at(args, context.now)?;
    context.write_part(
        &args.write,
        Part { rests_on: &["state/metrics.json", "observations/"], sees: &[], named: &[] },
        |moment| {
            let mut after = (*moment.before).clone();
            let mut claim = Claim::new(Action::UpdateMetrics);
            let mut new = Vec::new();
            for (signal, trend) in &said {
                let observation = match args.source.as_deref() {
                    Some(source) => observed_by(moment, args, (*signal, *trend), (source, observed_at))?,
                    None => resolution(moment, args, *signal, *trend)?,
                };
                claim = claim.with(Token::Metric, format!("{signal}={trend}")).with(Token::Record, &observation.id);
                new.push(observation.id.clone());
                after.observations.insert(observation.id.clone(), Arc::new(observation));
            }
            derive(&mut after, said.keys().copied());
            let view = observed(&after, new, said.keys().copied());
            let proposal = propose(moment, after, claim, args, &said);
            Ok(Composed { proposal, view })
        },
    )
}

fn parse(assignments: &[String]) -> Result<BTreeMap<Signal, Trend>, Failure> {
    let mut said = BTreeMap::new();
    for assignment in assignments {
        let Some((signal, trend)) = assignment.split_once('=') else {
            return Err(Failure::bad_value(format!("expected <track>.<signal>=<trend>, found `{assignment}`")));
        };
        let signal: Signal = signal.parse()?;
        if said.insert(signal, trend.parse()?).is_some() {
            return Err(Failure::bad_value(format!("`{signal}` is given twice")));
        }
    }
    Ok(said)
}

fn observed_at(args: &Args, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = &args.observed_at else { return Ok(None) };
    let at: Timestamp = text.parse()?;
    if at > now {
        return Err(Failure::bad_value(format!("observed at {at}, which is after now, {now}")));
    }
    Ok(Some(at))
}

fn observed_by(
    moment: &mut Moment<'_>,
    args: &Args,
    (signal, trend): (Signal, Trend),
    (source, observed_at): (&str, Option<Timestamp>),
) -> Result<Observation, Failure> {
    let source = source.trim();
    if source.is_empty() {
        return Err(Failure::bad_value("expected a source, found a blank"));
    }
    let all = &moment.before.observations;
    let (observed_at, recorded_at) = observation::times(all, (signal, source), observed_at, moment.now);
    let number = |text: &str| serde_json::from_str::<serde_json::Number>(text).ok().map(serde_json::Value::Number);
    let value = args.value.as_ref().map(|text| number(text).unwrap_or_else(|| text.clone().into()));
    Ok(Observation {
        id: moment.entropy.id("obs", recorded_at),
        signal,
        trend,
        value,
        source: source.to_owned(),
        resolves: Vec::new(),
        reason: None,
        observed_at,
        recorded_at,
        recorded_by: moment.by.clone(),
        extra: Extra::new(),
    })
}

fn resolution(moment: &mut Moment<'_>, args: &Args, signal: Signal, trend: Trend) -> Result<Observation, Failure> {
    let reason = args.reason.clone().unwrap_or_default();
    if is_blank(&reason) {
        return Err(Failure::bad_value("expected a reason for the resolution, found a blank"));
    }
    let seen = moment.before.observations.values().map(AsRef::as_ref);
    let resolves = match standing(seen, signal) {
        Some(standing) if standing.trend == Trend::Conflict => standing.from,
        _ => return Err(Failure::bad_value(format!("there is no conflict on `{signal}` to settle"))),
    };
    let (observed_at, recorded_at) = observation::times(&moment.before.observations, (signal, ""), None, moment.now);
    Ok(Observation {
        id: moment.entropy.id("obs", recorded_at),
        signal,
        trend,
        value: None,
        source: String::new(),
        resolves,
        reason: Some(reason),
        observed_at,
        recorded_at,
        recorded_by: moment.by.clone(),
        extra: Extra::new(),
    })
}

/// Brings the trends in line with their observations; all of them where there are no trends.
pub fn derive(after: &mut Snapshot, signals: impl Iterator<Item = Signal>) {
    let metrics = after.metrics.get_or_insert_with(|| observation::metrics(&after.observations));
    for signal in signals {
        let seen = after.observations.values().map(AsRef::as_ref);
        if let Some(standing) = standing(seen, signal) {
            metrics.set(signal, standing.trend);
        }
    }
}

fn observed(after: &Snapshot, observations: Vec<ObservationId>, signals: impl Iterator<Item = Signal>) -> Observed {
    let mut view = Observed { observations, trends: BTreeMap::new(), conflicts: Vec::new() };
    for signal in signals {
        let Some(standing) = standing(after.observations.values().map(AsRef::as_ref), signal) else { continue };
        if standing.trend == Trend::Conflict {
            let seen = standing.from.iter().filter_map(|id| after.observations.get(id));
            view.conflicts.extend(seen.map(|seen| (**seen).clone()));
        }
        view.trends.insert(signal.to_string(), standing.trend);
    }
    view
}

fn propose(
    moment: &Moment<'_>,
    after: Snapshot,
    claim: Claim,
    args: &Args,
    said: &BTreeMap<Signal, Trend>,
) -> Proposal {
    let all: Vec<_> = said.iter().map(|(signal, trend)| format!("{} {trend}", signal.key())).collect();
    let by = args.source.as_ref().map_or("settled by hand".to_owned(), |source| format!("from {source}"));
    let said = if all.len() > 2 { tally(said) } else { all.join(", ") };
    let body = args.reason.as_ref().map(|reason| format!("Reason: {reason}")).unwrap_or_default();
    Proposal { body, ..moment.proposal(after, claim, format!("{said}, {by}")) }
}

/// `4 signals: 3 up, 1 flat`: as much as fits the first line of a commit; its trailers have them all.
fn tally(said: &BTreeMap<Signal, Trend>) -> String {
    let count = |trend: Trend| said.values().filter(|said| **said == trend).count();
    let counts = [Trend::Up, Trend::Flat, Trend::Down].map(|trend| (count(trend), trend));
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, trend)| format!("{count} {trend}"));
    format!("{} signals: {}", said.len(), counts.collect::<Vec<_>>().join(", "))
}
