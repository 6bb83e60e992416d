//! SARIF, held against the schema of its standard.

use ohmymkt::rules::RULES;
use serde_json::Value;

use super::{bad, findings, shallow, verify};
use crate::sandbox::Sandbox;

/// The log, which fits the schema.
#[track_caller]
fn log(text: &str) -> Value {
    let schema = include_str!("../../fixtures/sarif/sarif-schema-2.1.0.json");
    // The pattern of languages closes a bracket that it never opened, which not every reader takes.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema: Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let log: Value = serde_json::from_str(text).expect("the log is JSON");
    let errors: Vec<_> =
        validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    let broken = serde_json::json!({ "version": "2.1.0", "runs": [{ "tool": {} }] });
    assert!(!validator.is_valid(&broken), "the schema lets everything pass");
    log
}

#[test]
fn sarif_fits_its_schema_and_tells_every_finding() {
    let sandbox = bad();
    let log = log(&verify(&sandbox, "sarif", 2));
    let run = &log["runs"][0];
    let all = findings(&sandbox, 2);
    let results = run["results"].as_array().expect("a list");
    assert_eq!(results.len(), all.len());
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), RULES.len());
    for (rule, told) in RULES.iter().zip(rules) {
        assert_eq!((&told["id"], &told["shortDescription"]["text"]), (&rule.id.into(), &rule.says.into()));
        assert_eq!(told["fullDescription"]["text"], rule.protects);
        assert!(told["help"]["markdown"].as_str().is_some_and(|help| help.contains(rule.mend)));
    }
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("it is small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let commit = &result["properties"]["commit"];
        assert!(
            all.iter().any(|one| one["rule"] == result["ruleId"]
                && one["commit"] == *commit
                && one["level"] == result["level"])
        );
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("an address");
        assert!(uri.starts_with(".ohmymkt/") && uri.is_ascii(), "{uri}");
        assert!(!uri.contains([' ', ':', '\n', '<', '"']), "{uri}");
        assert!(place["region"]["startLine"].as_u64().expect("a line") > 0);
    }
    let encoded = "%2C%20a%3Ab%250A%0A%3A%3Aerror%3A%3Ac%20%23%23%5Bdebug%5D%20%C3%A9%26%3C%27%22.json";
    assert!(results.iter().any(|one| one.to_string().contains(encoded)), "{results:#?}");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn a_sound_and_an_incomplete_history_fit_too() {
    let sandbox = Sandbox::new().planned();
    let sound = log(&verify(&sandbox, "sarif", 0));
    assert_eq!(sound["runs"][0]["results"], serde_json::json!([]));
    let shallow = shallow(&sandbox);
    let text = sandbox.call("ohmymkt", &["verify", "--format", "sarif"]).folder(&shallow).run().code(3).stdout;
    let invocation = &log(&text)["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["descriptor"]["id"], "history-is-incomplete");
}
