//! `report-growth`: the summary for management, and what it recommends.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::event;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::board::Status;
use crate::model::campaign::Mode;
use crate::model::codec::Extra;
use crate::model::cycle::{Counts, Cycle, Window};
use crate::model::id::{ModuleName, PlanName, RecommendationId};
use crate::model::layout;
use crate::model::recommendation::Recommendation;
use crate::model::snapshot::Snapshot;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::report::{AuditLine, SummaryReport, page};
use crate::render::review::counted;
use crate::rules::campaigns::{self, Share};
use crate::rules::{advice, decision, gates};
use crate::store::Store;

/// The longest window, in days: ten years.
const LONGEST: u32 = 3660;

/// Write the summary report of a window of days
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What it recommends is tracked until acted on or deferred: see list-recommendations.

Examples:
  git mkt report-growth
  git mkt report-growth --window 90d
  git mkt report-growth --html      and a page to mail or to print")]
pub struct Args {
    /// How far to look back, in days
    #[arg(long, value_name = "DAYS", default_value = "30d", allow_hyphen_values = true)]
    window: String,
    /// Write it as a page for browsers too, beside the Markdown: one file, printable, without scripts
    #[arg(long)]
    html: bool,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Reported {
    report_file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    html_file: Option<String>,
    days: u32,
    plan: Option<PlanName>,
    mode: Option<Mode>,
    paused_modules: Vec<ModuleName>,
    decisions: BTreeMap<&'static str, usize>,
    by_campaign: Vec<Share>,
    incidents: Counts,
    open_incidents: Counts,
    gates: String,
    recommendations: Vec<Recommendation>,
}

impl View for Reported {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text(format!(
            "last {}: {}; incidents {}; gates {}",
            counted(self.days as usize, "day"),
            tallied(&self.decisions),
            self.incidents,
            self.gates
        ));
        self.shares(&mut page);
        self.now(&mut page);
        for advice in &self.recommendations {
            page.line().label(Label::Added, "  + ").label(Label::Id, advice.id.as_str()).text("  ").text(&advice.text);
        }
        page.line().label(Label::Path, &self.report_file);
        if let Some(path) = &self.html_file {
            page.line().label(Label::Path, path);
        }
        page
    }
}

impl Reported {
    /// Whose the decisions are, where not all are those of the active campaign.
    fn shares(&self, page: &mut Page) {
        if campaigns::is_all_of_active(&self.by_campaign) {
            return;
        }
        for share in &self.by_campaign {
            let line = page.line();
            match &share.campaign {
                Some(campaign) => line.text("  by ").label(Label::Id, &campaign.plan),
                None => line.text("  by a campaign that is not known"),
            };
            if let Some(end) = share.campaign.as_ref().and_then(|campaign| campaign.finished_at) {
                line.text(format!(", finished on {}", end.day()));
            }
            line.text(format!(": {}", tallied(&share.decisions)));
        }
    }

    /// How things stand, whatever the window.
    fn now(&self, page: &mut Page) {
        let mut said = Vec::new();
        if let (Some(_), Some(mode)) = (&self.plan, self.mode) {
            said.push(format!("mode {mode}"));
        }
        if !self.paused_modules.is_empty() {
            let names: Vec<_> = self.paused_modules.iter().map(ModuleName::as_str).collect();
            said.push(format!("paused: {}", names.join(", ")));
        }
        said.push(format!("open incidents {}", self.open_incidents));
        page.line().text(format!("now: {}", said.join("; ")));
    }
}

/// How often each decision was made, in words.
fn tallied<D: Display>(decisions: &BTreeMap<D, usize>) -> String {
    let counts: Vec<_> = decisions.iter().map(|(decision, count)| format!("{count} {decision}")).collect();
    counts.join(", ")
}

/// Parses a window such as `30d`.
pub fn window_days(text: &str) -> Result<u32, Failure> {
    let days = text.strip_suffix('d').filter(|days| days.bytes().all(|byte| byte.is_ascii_digit()));
    match days.and_then(|days| days.parse().ok()) {
        Some(days) if (1..=LONGEST).contains(&days) => Ok(days),
        _ => {
            let message = format!("expected a window in days such as 30d, at most {LONGEST}d, found `{text}`");
            Err(Failure::bad_value(message))
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When the window or an artifact is malformed.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let days = window_days(&args.window)?;
    // Of the plans it tells of the active one only: drafts of others concern it not.
    let pointer = context.store.head_part(&["boulder.json"], &[])?;
    let plan = pointer.active_plan().map(|plan| format!("plans/{plan}.md"));
    let rests_on = ["state/", "boulder.json", "incidents/", "recommendations/", "archive/"];
    let reads: Vec<_> = rests_on.into_iter().chain(plan.as_deref()).collect();
    context.write(&args.write, &reads, |moment| {
        let before = Arc::clone(&moment.before);
        let window = Window { from: moment.now.days_before(days), to: moment.now };
        let mut paths = (1..).map(|nth| layout::summary_report(&moment.now.day(), days, nth));
        let is_free = |path: &String| !before.has_file(path) && !before.has_file(&layout::page_of(path));
        let path = paths.find(is_free).unwrap_or_default();
        let recommendations = recommend(moment, &before, window, &path);
        let log = before.cycle_log();
        let cycles: Vec<_> = log.cycles.iter().filter(|cycle| in_window(cycle, window)).collect();
        let incidents = recorded_in(&before, window);
        let by_campaign = campaigns::shares(&campaigns::campaigns(&before), window, &cycles);
        let audit = audit(moment.store, window)?;
        let text = report(&before, window, (days, &cycles, &by_campaign), (&recommendations, &audit));
        let mut after = (*before).clone();
        after.files.insert(path.as_str().into(), None);
        let mut claim = Claim::new(Action::ReportGrowth).with(Token::Window, format!("{days}d"));
        for advice in &recommendations {
            after.recommendations.insert(advice.id.clone(), Arc::new(advice.clone()));
            claim = claim.with(Token::Record, &advice.id);
        }
        if let Some(plan) = before.active_plan() {
            claim = claim.with(Token::Plan, plan);
        }
        let view = Reported {
            report_file: path.clone(),
            html_file: args.html.then(|| layout::page_of(&path)),
            days,
            plan: before.active_plan().cloned(),
            mode: before.execution.as_ref().map(|execution| execution.mode),
            paused_modules: before.execution.iter().flat_map(|execution| execution.paused_modules.clone()).collect(),
            decisions: advice::tally(cycles.iter().copied()),
            by_campaign,
            incidents,
            open_incidents: Counts::of(before.open_incidents().into_iter().map(|incident| incident.severity)),
            gates: gates::evaluate(&before).tally(),
            recommendations,
        };
        let news = counted(view.recommendations.len(), "new recommendation");
        let summary = format!("summary of {}, {news}", counted(days as usize, "day"));
        let mut body = format!("Report: {path}");
        let mut texts = BTreeMap::new();
        if let Some(page_path) = &view.html_file {
            after.files.insert(page_path.as_str().into(), None);
            texts.insert(page_path.clone(), page(&text, &path));
            body.push_str(&format!("\nPage: {page_path}"));
        }
        texts.insert(path, text);
        Ok(Composed { proposal: Proposal { texts, body, ..moment.proposal(after, claim, summary) }, view })
    })
}

fn recorded_in(snapshot: &Snapshot, window: Window) -> Counts {
    Counts::of(decision::incidents_in(snapshot, window).map(|incident| incident.severity))
}

fn in_window(cycle: &Cycle, window: Window) -> bool {
    window.from <= cycle.generated_at && cycle.generated_at <= window.to
}

/// What the state recommends and nobody has been told yet.
fn recommend(moment: &mut Moment<'_>, before: &Snapshot, window: Window, path: &str) -> Vec<Recommendation> {
    let open =
        |text: &str| before.recommendations.values().any(|known| known.resolution.is_none() && known.text == text);
    let texts: Vec<_> = advice::recommend(before, window).into_iter().filter(|text| !open(text)).collect();
    // Ids in ascending order, so that lists show the advice of a report in its order.
    let mut ids: Vec<RecommendationId> = texts.iter().map(|_| moment.entropy.id("rec", moment.now)).collect();
    ids.sort();
    let recommendation = |(id, text)| Recommendation {
        id,
        text,
        report_file: path.to_owned(),
        created_at: moment.now,
        resolution: None,
        extra: Extra::new(),
    };
    ids.into_iter().zip(texts).map(recommendation).collect()
}

/// Who did what in the window, and by which commit, oldest first.
fn audit(store: &Store, window: Window) -> Result<Vec<AuditLine>, Failure> {
    let mut lines = Vec::new();
    let tips: Vec<_> = store.head_id()?.into_iter().collect();
    let seen = store.audit(&tips, &[], |audited| {
        let in_window = audited.step.authored_at.filter(|at| window.from <= *at && *at <= window.to);
        let Some(at) = in_window else { return Ok(()) };
        lines.extend(event::events(store, &audited).into_iter().rev().map(|event| AuditLine {
            when: at.minute(),
            who: event.name().to_owned(),
            what: match event.action {
                Some(action) => format!("{action}: {}", event.summary),
                None if event.is_merge => format!("merge: {}", event.summary),
                None => format!("by hand: {}", event.summary),
            },
            commit: event.short,
        }));
        Ok(())
    })?;
    let unseen = |reason| AuditLine { when: String::new(), who: String::new(), what: reason, commit: String::new() };
    lines.extend(seen.incomplete.into_iter().map(|reason| unseen(format!("not all is shown: {reason}"))));
    Ok(lines)
}

fn report(
    before: &Snapshot,
    window: Window,
    (days, cycles, shares): (u32, &[&Cycle], &[Share]),
    (recommendations, audit): (&[Recommendation], &[AuditLine]),
) -> String {
    let mut tasks: BTreeMap<Status, usize> = BTreeMap::new();
    for task in before.board.iter().flat_map(|board| &board.tasks) {
        *tasks.entry(task.status).or_default() += 1;
    }
    let campaigns = campaigns::campaigns(before);
    let of_plan = |cycle| campaigns::campaign_of(&campaigns, cycle).map(|campaign| campaign.plan.as_str());
    let earlier = before.recommendations.values().map(AsRef::as_ref).filter(|advice| advice.resolution.is_none());
    let report = SummaryReport {
        days,
        generated_at: window.to,
        plan: before.active_plan().map(PlanName::as_str),
        document: before.active_plan().and_then(|plan| before.plans.get(plan)).map(AsRef::as_ref),
        execution: before.execution.as_ref(),
        shares,
        evaluation: &gates::evaluate(before),
        cycles: &cycles.iter().map(|cycle| (*cycle, of_plan(cycle))).collect::<Vec<_>>(),
        incidents: recorded_in(before, window),
        open_incidents: &before.open_incidents(),
        trends: &decision::trends(before),
        recommendations: &recommendations.iter().collect::<Vec<_>>(),
        open_earlier: &earlier.collect::<Vec<_>>(),
        tasks: &tasks,
        audit,
    };
    report.markdown()
}
