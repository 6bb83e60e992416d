//! The three-way merge of JSON values along a shape.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::order::interleave;
use super::outcome::{Disagreement, Three};
use super::shape::{List, Loss, Settle, Shape, When};
use crate::change::list::numbered;

/// Which side stands where a person must choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    Ours,
    Theirs,
}

/// A merge under way: what was found on the way.
pub(super) struct Weave {
    pick: Pick,
    pub(super) disagreements: Vec<Disagreement>,
}

type Sides<'v> = Three<&'v Value>;

impl Weave {
    pub(super) fn new(pick: Pick) -> Self {
        Self { pick, disagreements: Vec::new() }
    }

    /// The merged value; `None` where there is none.
    pub(super) fn value(&mut self, name: &str, shape: &Shape, sides: Sides<'_>) -> Option<Value> {
        match shape {
            Shape::Rule(rule) if rule.when == When::Differ => return self.settle(name, rule, sides),
            Shape::List(list) if list.loss == Loss::Never => {
                if let Some(merged) = self.list(name, list, sides) {
                    return merged;
                }
            }
            _ => {}
        }
        if let Some(side) = sides.trivial() {
            return match (sides.ours, sides.theirs) {
                // The order of fields that are the same must not tell one side from the other.
                (Some(ours), Some(theirs)) if ours == theirs => {
                    [ours, theirs].into_iter().min_by_key(|side| side.to_string()).cloned()
                }
                _ => side.cloned(),
            };
        }
        match shape {
            Shape::Rule(rule) => self.settle(name, rule, sides),
            Shape::List(list) => match self.list(name, list, sides) {
                Some(merged) => merged,
                None => self.undecided(name, sides),
            },
            Shape::Plain | Shape::Fields(_) => self.object(name, shape, sides),
            Shape::Whole => self.undecided(name, sides),
        }
    }

    fn object(&mut self, name: &str, shape: &Shape, sides: Sides<'_>) -> Option<Value> {
        let (Some(Value::Object(ours)), Some(Value::Object(theirs))) = (sides.ours, sides.theirs) else {
            return self.undecided(name, sides);
        };
        let empty = Map::new();
        let base = sides.base.and_then(Value::as_object).unwrap_or(&empty);
        // Keys that are new are sorted: the order must not tell one side from the other.
        let new: BTreeSet<_> = ours.keys().chain(theirs.keys()).filter(|key| !base.contains_key(*key)).collect();
        let known: &[(&str, Shape)] = if let Shape::Fields(known) = shape { known } else { &[] };
        let mut merged = Map::new();
        for key in base.keys().chain(new) {
            let shape = known.iter().find(|(field, _)| field == key).map_or(&Shape::Plain, |(_, shape)| shape);
            let sides = Three { base: base.get(key), ours: ours.get(key), theirs: theirs.get(key) };
            if let Some(value) = self.value(&below(name, key), shape, sides) {
                merged.insert(key.clone(), value);
            }
        }
        Some(Value::Object(merged))
    }

    /// `None` where a side has something else than a list.
    fn list(&mut self, name: &str, list: &List, sides: Sides<'_>) -> Option<Option<Value>> {
        let entries = |side: Option<&Value>| match side {
            None => Some(Vec::new()),
            Some(value) => value.as_array().cloned(),
        };
        let lists = [entries(sides.base)?, entries(sides.ours)?, entries(sides.theirs)?];
        if sides.base.is_none() && sides.ours.is_none() && sides.theirs.is_none() {
            return Some(None);
        }
        let [base, ours, theirs] = lists.each_ref().map(|entries| numbered(entries, &list.key));
        let keys =
            |entries: &[((String, usize), &Value)]| entries.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        let find = [&base, &ours, &theirs].map(|entries| entries.iter().cloned().collect::<BTreeMap<_, _>>());
        let rank =
            |key: &(String, usize)| find.iter().filter_map(|side| side.get(key)).map(|entry| (list.rank)(entry)).min();
        let mut order = interleave(&keys(&ours), &keys(&theirs), rank);
        if list.loss == Loss::Never {
            order = interleave(&order, &keys(&base), rank);
        }
        let mut merged = Vec::new();
        for key in order {
            let [base, mut ours, mut theirs] = find.each_ref().map(|side| side.get(&key).copied());
            if list.loss == Loss::Never {
                (ours, theirs) = (ours.or(base), theirs.or(base));
            }
            merged.extend(self.value(&below(name, &key.0), &list.entry, Three { base, ours, theirs }));
        }
        Some(Some(Value::Array(merged)))
    }

    fn settle(&mut self, name: &str, rule: &Settle, sides: Sides<'_>) -> Option<Value> {
        let (Some(ours), Some(theirs)) = (sides.ours, sides.theirs) else {
            return match sides.trivial() {
                Some(side) => side.cloned(),
                None => self.undecided(name, sides),
            };
        };
        if ours == theirs {
            return Some(ours.clone());
        }
        let Some(settled) = (rule.of)(ours, theirs) else { return self.undecided(name, sides) };
        self.disagree(name, sides, (Some(settled.clone()), rule.why));
        Some(settled)
    }

    fn undecided(&mut self, name: &str, sides: Sides<'_>) -> Option<Value> {
        let why = match (sides.ours, sides.theirs) {
            (Some(_), Some(_)) => "both sides changed it",
            _ => "one side changed it and the other removed it",
        };
        self.disagree(name, sides, (None, why));
        match self.pick {
            Pick::Ours => sides.ours.cloned(),
            Pick::Theirs => sides.theirs.cloned(),
        }
    }

    fn disagree(&mut self, name: &str, sides: Sides<'_>, (settled, why): (Option<Value>, &str)) {
        let [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(|side| side.cloned());
        self.disagreements.push(Disagreement {
            field: name.to_owned(),
            base,
            ours,
            theirs,
            settled,
            why: why.to_owned(),
        });
    }
}

fn below(name: &str, key: &str) -> String {
    if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") }
}
