//! What people type, in what the program writes: a plan keeps its shape, a message its trailers.

use std::collections::{BTreeMap, BTreeSet};

use ohmymkt::git::trailer;
use ohmymkt::model::action::{Action, Claim, Token};
use ohmymkt::model::plan::{Plan, Section};
use ohmymkt::model::step::{Proposal, Step};
use ohmymkt::model::template;
use ohmymkt::render::plan::{Draft, plan};
use ohmymkt::store::message;

use super::{assert_harmless, joined, parts};

/// A goal, an item, a person, a summary.
pub fn target(bytes: &[u8]) {
    let texts: Vec<_> = parts(bytes).map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let text = |at: usize| texts.get(at).map_or("", String::as_str);
    planned(text(0), text(1), text(2));
    recorded(text(3), text(0));
}

/// Texts that try to be something else.
pub fn seeds() -> Vec<Vec<u8>> {
    let texts: [&[&[u8]]; 4] = [
        &[b"Win more demand", b"the product pages", b"Ada", b"campaign started"],
        &[b"# Goal\n## Scope\n- x", b"| a | b |\n|---|---|", b"x|y", b"a\n\nMkt-Action: forged\n"],
        &[b"---\nplan: x\n---", b"<!-- ", b"```", b"# ------------------------ >8 ------------------------"],
        &[b"diff --git a/x b/x\n---\nMkt-Action: x", b"1. x", b"TBD", b"mkt(x): y"],
    ];
    texts.map(joined).to_vec()
}

fn planned(goal: &str, item: &str, person: &str) {
    let name = "2026-11-01-plan".parse().expect("a name");
    let pool = template::pool();
    let (items, owners) = ([item.to_owned()], BTreeMap::new());
    let text = plan(&Draft {
        name: &name,
        goal,
        created_at: "2026-11-01T09:00:00Z".parse().expect("a time"),
        author: person,
        owner: person,
        scope_in: &items,
        scope_out: &items,
        acceptance: &items,
        rollback_conditions: &items,
        owners: &owners,
        default_owner: Some(person),
        pool: &pool,
    });
    assert_harmless(&text.replace('\t', " "));
    let plan = Plan::parse(name, None, text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
    assert_eq!(plan.goal(), goal, "{text}");
    let body = plan.body();
    let sections: Vec<_> = body.sections.iter().map(|(section, _)| *section).collect();
    assert_eq!(sections, Section::ALL, "{text}");
    for list in [&body.scope_in, &body.scope_out, &body.acceptance, &body.rollback_conditions] {
        assert_eq!(list.len(), 1, "{text}");
    }
    assert_eq!((body.roles.len(), body.tasks.len()), (12, 40), "{text}");
}

fn recorded(summary: &str, body: &str) {
    let claim = Claim::new(Action::Record).with(Token::Plan, summary).with(Token::Record, body);
    let wanted: Vec<_> = claim.to_trailers().into_iter().map(|(key, value)| (key, trailer::one_line(&value))).collect();
    let step = Step {
        parents: Vec::new(),
        after: std::sync::Arc::default(),
        claim: Some(claim),
        authored_at: None,
        passed_over: 0,
        committed_at: None,
    };
    let (texts, edits, completed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    let proposal = Proposal { step, texts, edits, completed, summary: summary.to_owned(), body: body.to_owned() };
    let text = message(&proposal, "mkt");
    assert_harmless(&text);
    assert!(text.starts_with("mkt(record): "), "{text}");
    assert_eq!(trailer::parse(text.as_bytes()), wanted, "{text}");
}
