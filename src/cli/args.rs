//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args as _, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::commands::{
    check_gates, completions, demo, explain, finish_campaign, hook, hooks, incident, init, list_incidents, list_plans,
    list_recommendations, list_tasks, log, man, merge_driver, plan_growth, postmortem, record, report_growth, resolve,
    resolve_recommendation, review, review_plan, run_cycle, show, start_campaign, status, textconv, update_gates,
    update_metrics, update_task, verify, why,
};

/// Govern growth campaigns in git: plans, gates, cycles, incidents, reports
#[derive(Debug, Parser)]
#[command(
    name = "ohmymkt",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = "\
The week of a campaign:
  git mkt init
  git mkt plan-growth \"<goal>\"      then edit the blanks, and `git mkt record`
  git mkt review-plan --pass
  git mkt check-gates               then update-gates until all five pass
  git mkt start-campaign
  git mkt update-metrics … && git mkt run-cycle weekly
  git mkt report-growth

Exit status: 0 done, 1 could not do it, 2 refused, 3 incomplete, 4 moved or locked, 129 wrong usage."
)]
pub struct Args {
    /// What every command takes
    #[command(flatten)]
    pub common: Common,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, clap::Args)]
pub struct Common {
    /// Run as if started in this directory
    #[arg(short = 'C', value_name = "DIR", global = true, display_order = 901)]
    pub directories: Vec<PathBuf>,
    /// Answer with one JSON document
    #[arg(long, global = true, display_order = 902)]
    pub json: bool,
    /// Use no colours
    #[arg(long, global = true, display_order = 903)]
    pub no_color: bool,
}

impl Args {
    /// Reads the arguments. First with nothing but the command that was typed: building all
    /// of them takes longer than some commands run. Whatever does not parse that way, such as
    /// a request for help, is read, and spoken of, with all of them.
    ///
    /// # Errors
    /// When the arguments make no sense, among them when two forms of the answer are asked
    /// for at once, and when help was asked for.
    pub fn read(words: &[OsString]) -> Result<Self, clap::Error> {
        let lone = words.iter().skip(1).find_map(|word| Command::lone(word.to_str()?));
        let read = lone.and_then(|command| {
            let program = Common::augment_args(clap::Command::new("ohmymkt")).subcommand(command);
            Self::from_arg_matches(&program.try_get_matches_from(words).ok()?).ok()
        });
        let args = read.map_or_else(|| Self::try_parse_from(words), Ok)?;
        if args.common.json && args.command.wants_json() == Some(false) {
            let message = "the argument '--json' cannot be used with another '--format'";
            return Err(Self::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(args)
    }
}

macro_rules! commands {
    ($($variant:ident($module:ident) $name:literal),+ ; $($alone:ident($alone_module:ident) $alone_name:literal),+ ; $($told:ident($told_module:ident) $told_name:literal),+) => {
        /// The commands. Those after the first group need no repository; those of the
        /// last one tell of the command line itself.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $(
                #[allow(missing_docs, reason = "each command's help stands on its arguments")]
                $variant($module::Args),
            )+
            $(
                #[allow(missing_docs, reason = "each command's help stands on its arguments")]
                $alone($alone_module::Args),
            )+
            $(
                #[allow(missing_docs, reason = "each command's help stands on its arguments")]
                $told($told_module::Args),
            )+
        }

        impl Command {
            /// The command of this name with its arguments, for the command line.
            fn lone(name: &str) -> Option<clap::Command> {
                match name {
                    $($name => Some($module::Args::augment_args(clap::Command::new($name))),)+
                    $($alone_name => Some($alone_module::Args::augment_args(clap::Command::new($alone_name))),)+
                    $($told_name => Some($told_module::Args::augment_args(clap::Command::new($told_name))),)+
                    _ => None,
                }
            }

            /// The name as it is typed.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)+
                    $(Self::$alone(_) => $alone_name,)+
                    $(Self::$told(_) => $told_name,)+
                }
            }

            /// Whether an option of the command's own asks for a JSON document, or for
            /// something else.
            #[must_use]
            pub fn wants_json(&self) -> Option<bool> {
                match self {
                    Self::Verify(args) => args.wants_json(),
                    _ => None,
                }
            }

            /// Runs the command.
            ///
            /// # Errors
            /// Whatever keeps it from answering.
            pub fn run(&self, ui: super::ui::Ui) -> Result<super::reply::Reply, super::failure::Failure> {
                match self {
                    $(Self::$variant(args) => $module::run(&super::context::Context::open(ui)?, args),)+
                    $(Self::$alone(args) => $alone_module::run(args),)+
                    $(Self::$told(args) => $told_module::run(args, <Args as clap::CommandFactory>::command),)+
                }
            }
        }
    };
}

commands! {
    Init(init) "init",
    PlanGrowth(plan_growth) "plan-growth",
    ListPlans(list_plans) "list-plans",
    Review(review) "review",
    ReviewPlan(review_plan) "review-plan",
    CheckGates(check_gates) "check-gates",
    UpdateGates(update_gates) "update-gates",
    UpdateMetrics(update_metrics) "update-metrics",
    StartCampaign(start_campaign) "start-campaign",
    FinishCampaign(finish_campaign) "finish-campaign",
    ListTasks(list_tasks) "list-tasks",
    UpdateTask(update_task) "update-task",
    RunCycle(run_cycle) "run-cycle",
    Incident(incident) "incident",
    ListIncidents(list_incidents) "list-incidents",
    Postmortem(postmortem) "postmortem",
    ReportGrowth(report_growth) "report-growth",
    ListRecommendations(list_recommendations) "list-recommendations",
    ResolveRecommendation(resolve_recommendation) "resolve-recommendation",
    Status(status) "status",
    Record(record) "record",
    Resolve(resolve) "resolve",
    Show(show) "show",
    Log(log) "log",
    Why(why) "why",
    Verify(verify) "verify",
    Hooks(hooks) "hooks";
    Explain(explain) "explain",
    Hook(hook) "hook",
    Demo(demo) "demo",
    MergeDriver(merge_driver) "merge-driver",
    Textconv(textconv) "textconv";
    Completions(completions) "completions",
    Man(man) "man"
}
