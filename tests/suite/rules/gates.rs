//! The gates: all combinations and every boundary.

use ohmymkt::model::gate::{Gate, GateField};
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::model::template;
use ohmymkt::rules::gates::evaluate;

use super::tree::{Tree, broken};

fn gates(values: &[(GateField, &str)]) -> Snapshot {
    let mut gates = template::gates();
    for (field, value) in values {
        gates.set(*field, field.parse_value(value).expect("the value fits the field"));
    }
    Snapshot { gates: Some(gates), ..Snapshot::default() }
}

fn passing(gate: Gate) -> Vec<(GateField, &'static str)> {
    let value = |field: GateField| match field {
        GateField::RollingWeeksFeasible => "8",
        GateField::PriorityQueryCoverage => "0.85",
        _ => "true",
    };
    gate.fields().map(|field| (field, value(field))).collect()
}

/// The `combination`th of the 32: gate `n` passes when bit `n` is set.
fn combination(bits: u32) -> Vec<Gate> {
    Gate::ALL.into_iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, gate)| gate).collect()
}

#[test]
fn rows_53_54_only_one_of_the_32_combinations_passes() {
    for bits in 0..32 {
        let wanted = combination(bits);
        let values: Vec<_> = wanted.iter().flat_map(|gate| passing(*gate)).collect();
        let evaluation = evaluate(&gates(&values));
        let passed: Vec<_> = evaluation.results.iter().filter(|one| one.passes()).map(|one| one.gate).collect();
        assert_eq!(passed, wanted);
        assert_eq!(evaluation.passes(), bits == 31);
        assert_eq!(evaluation.tally(), format!("{}/5", wanted.len()));
        for failing in evaluation.failing() {
            assert!(failing.remediation.is_some() && !failing.reason.is_empty(), "{:?}", failing.gate);
        }
    }
}

#[test]
fn rows_62_63_65_a_gate_of_two_flags_needs_both() {
    for gate in [Gate::Strategy, Gate::Compliance, Gate::Data] {
        let fields: Vec<_> = gate.fields().collect();
        for (one, other) in [("false", "false"), ("true", "false"), ("false", "true"), ("true", "true")] {
            let evaluation = evaluate(&gates(&[(fields[0], one), (fields[1], other)]));
            let result = evaluation.results.iter().find(|result| result.gate == gate).expect("all five are there");
            assert_eq!(result.passes(), one == "true" && other == "true", "{gate} {one} {other}");
        }
    }
}

#[test]
fn rows_64_66_the_boundaries() {
    let passes = |field: GateField, value: &str| {
        let evaluation = evaluate(&gates(&[(field, value)]));
        evaluation.results.iter().any(|result| result.gate == field.gate() && result.passes())
    };
    for (weeks, wanted) in [("0", false), ("7", false), ("7.999", false), ("8", true), ("8.0", true), ("9", true)] {
        assert_eq!(passes(GateField::RollingWeeksFeasible, weeks), wanted, "{weeks}");
    }
    for (share, wanted) in [("0", false), ("0.8499", false), ("0.85", true), ("0.9", true), ("1", true)] {
        assert_eq!(passes(GateField::PriorityQueryCoverage, share), wanted, "{share}");
    }
    for (field, value) in [
        (GateField::RollingWeeksFeasible, "-1"),
        (GateField::RollingWeeksFeasible, "\"8\""),
        (GateField::RollingWeeksFeasible, "null"),
        (GateField::PriorityQueryCoverage, "1.01"),
        (GateField::PriorityQueryCoverage, "85"),
        (GateField::KpiTreeBound, "1"),
    ] {
        assert!(field.parse_value(value).is_err(), "{field} took {value}");
    }
}

#[test]
fn rows_8_15_146_no_start_in_any_of_the_31_failing_combinations() {
    const GATES: &str = ".ohmymkt/state/gates.json";
    let running = Tree::base();
    let idle = running.clone().without(".ohmymkt/boulder.json").edit(".ohmymkt/state/execution.json", |execution| {
        execution["active_plan"] = serde_json::Value::Null;
    });
    for bits in 0..32_u32 {
        let fail = |tree: &Tree| {
            tree.clone().edit(GATES, |gates| {
                for gate in Gate::ALL.into_iter().filter(|gate| !combination(bits).contains(gate)) {
                    for field in gate.fields() {
                        let number =
                            matches!(field, GateField::RollingWeeksFeasible | GateField::PriorityQueryCoverage);
                        let bad = if number { serde_json::json!(0) } else { serde_json::json!(false) };
                        gates[gate.key()][field.key()] = bad;
                    }
                }
            })
        };
        let (idle, started) = (fail(&idle), fail(&running));
        let by_hand = started.clone().without(".ohmymkt/boulder.json");
        for after in [&started, &by_hand] {
            let rules = broken(&idle, after);
            assert_eq!(rules.contains(&"start-requires-gates"), bits != 31, "{bits:05b}: {rules:?}");
        }
        assert_eq!(broken(&running, &fail(&running)), [""; 0], "a gate may fall while the campaign runs");
    }
}
