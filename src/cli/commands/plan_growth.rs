//! `plan-growth`: writes a plan from a goal.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::editor;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::board::Pool;
use crate::model::id::{PlanName, slug};
use crate::model::layout;
use crate::model::plan::{self, Plan};
use crate::model::step::Proposal;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::findings::findings;
use crate::render::plan as plan_text;
use crate::rules::Level;
use crate::rules::plan_review::{self, Finding};

/// Write a growth plan from a goal
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What you do not tell stays a visible blank in the plan, which `review-plan` finds.

Examples:
  git mkt plan-growth \"Grow non-brand visibility of the docs\"
  git mkt plan-growth \"Grow non-brand visibility\" --name q1-non-brand \\
      --scope-in \"/docs\" --scope-out \"paid search\" \\
      --acceptance \"non_brand_visibility_trend is up in 3 of 4 weekly cycles\" \\
      --rollback-condition \"a P0 that is not mended in 48 hours\" \\
      --owner \"Ada Growth\" --owner \"Technical SEO Engineer=Grace Crawl\"")]
pub struct Args {
    /// What is to be achieved
    goal: String,
    /// The name of the plan; from the day and the goal when not given
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// What is in scope; may be repeated
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    scope_in: Vec<String>,
    /// What is out of scope; may be repeated
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    scope_out: Vec<String>,
    /// A measurable result and the stored signal that shows it; may be repeated
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    acceptance: Vec<String>,
    /// What would make one stop and undo; may be repeated
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    rollback_condition: Vec<String>,
    /// Who owns the plan and the roles not named, or one role as ROLE=PERSON; may be repeated
    #[arg(long, value_name = "PERSON")]
    owner: Vec<String>,
    /// Open the plan in your editor before it is recorded
    #[arg(long)]
    edit: bool,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Planned {
    plan: PlanName,
    path: String,
    findings: Vec<Finding>,
}

impl View for Planned {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("plan ").label(Label::Id, self.plan.as_str());
        page.line().label(Label::Path, &self.path);
        let errors: Vec<_> = self.findings.iter().filter(|finding| finding.level == Level::Error).cloned().collect();
        if !errors.is_empty() {
            page.line().text("to settle before it can be approved:");
            page.append(findings(&errors));
        }
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the goal or the name is blank, an owner names no role, and refusals of git.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    for (what, text) in [("goal", Some(&args.goal)), ("plan name", args.name.as_ref())] {
        if text.is_some_and(|text| is_blank(text)) {
            return Err(Failure::bad_value(format!("expected a {what}, found a blank")));
        }
    }
    let owners = Owners::parse(&args.owner)?;
    context.write(&args.write, &[], |moment| {
        let wanted = args.name.as_deref().map_or_else(|| default_name(moment, &args.goal), slug);
        let name = plan::unused_name(moment.before.files.keys().map(AsRef::as_ref), &wanted);
        let mut text = plan_text::plan(&draft(moment, args, &owners, (&name, &moment.before.pool())));
        if args.edit {
            text = editor::edit(context, &format!("{name}.md"), &text)?;
        }
        let parsed = Plan::parse(name.clone(), None, text.as_bytes())
            .map_err(|problems| Failure::malformed(&problems.iter().collect::<Vec<_>>()))?;
        let found = plan_review::review(&moment.before, &parsed);
        let path = layout::plan(&name);
        let mut after = (*moment.before).clone();
        after.files.insert(path.as_str().into(), None);
        after.plans.insert(name.clone(), parsed.into());
        let claim = Claim::new(Action::PlanGrowth).with(Token::Plan, &name);
        let goal = args.goal.split_whitespace().collect::<Vec<_>>().join(" ");
        let proposal = Proposal {
            texts: BTreeMap::from([(path.clone(), text)]),
            body: goal,
            ..moment.proposal(after, claim, name.as_str())
        };
        Ok(Composed { proposal, view: Planned { plan: name, path, findings: found } })
    })
}

fn default_name(moment: &Moment<'_>, goal: &str) -> String {
    let words: String = goal.chars().take(40).collect();
    format!("{}-{}", moment.now.day(), slug(&words))
}

/// Who owns what: the bare owner and those of single roles.
struct Owners {
    everyone: Option<String>,
    by_role: BTreeMap<String, String>,
}

impl Owners {
    fn parse(texts: &[String]) -> Result<Self, Failure> {
        let mut owners = Self { everyone: None, by_role: BTreeMap::new() };
        for text in texts {
            let (role, person) = plan::parse_owner(text)?;
            let twice = match role {
                Some(role) => owners.by_role.insert(role, person).is_some(),
                None => owners.everyone.replace(person).is_some(),
            };
            if twice {
                return Err(Failure::bad_value(format!("`--owner {text}` names an owner for the second time")));
            }
        }
        Ok(owners)
    }
}

fn draft<'a>(
    moment: &'a Moment<'_>,
    args: &'a Args,
    owners: &'a Owners,
    (name, pool): (&'a PlanName, &'a Pool),
) -> plan_text::Draft<'a> {
    let newest = plan::newest(&moment.before.plans);
    plan_text::Draft {
        name,
        goal: &args.goal,
        created_at: moment.now.following(newest.and_then(|plan| plan.created_at)),
        author: &moment.by,
        owner: owners.everyone.as_deref().unwrap_or_default(),
        scope_in: &args.scope_in,
        scope_out: &args.scope_out,
        acceptance: &args.acceptance,
        rollback_conditions: &args.rollback_condition,
        owners: &owners.by_role,
        default_owner: owners.everyone.as_deref(),
        pool,
    }
}
