//! All formats tell one story, and end alike.

use super::{FORMATS, bad, shallow};
use crate::sandbox::Sandbox;

#[test]
fn every_format_ends_with_the_same_exit_status_and_says_all() {
    let sandbox = bad();
    for format in FORMATS {
        let outcome = sandbox.mkt(&["verify", "--format", format]).code(2);
        for rule in ["artifact-is-well-formed", "trailers-tell-the-truth", "change-has-trailers"] {
            assert!(outcome.stdout.contains(rule), "{format} does not name {rule}\n{outcome}");
        }
        assert!(outcome.stderr.is_empty(), "{outcome}");
        sandbox.mkt(&["verify", "HEAD..HEAD", "--format", format]).ok();
        sandbox.mkt(&["verify", "nope", "--format", format]).code(1);
    }
}

#[test]
fn every_format_says_why_not_all_could_be_seen() {
    let sandbox = Sandbox::new().planned();
    let shallow = shallow(&sandbox);
    for format in FORMATS {
        let outcome = sandbox.call("ohmymkt", &["verify", "--format", format]).folder(&shallow).run().code(3);
        assert!(outcome.stdout.contains("shallow"), "{format}\n{outcome}");
    }
}

#[test]
fn the_format_json_is_the_option_json() {
    let sandbox = bad();
    let text = |args: &[&str]| sandbox.mkt(args).stdout;
    assert_eq!(text(&["verify", "--format", "json"]), text(&["verify", "--json"]));
    assert_eq!(text(&["verify", "nope", "--format=json"]), text(&["verify", "nope", "--json"]));
    assert_eq!(text(&["verify", "--nope", "--format", "json"]), text(&["verify", "--nope", "--json"]));
    assert_eq!(text(&["verify", "--format", "human"]), text(&["verify"]));
    for args in [["--json", "verify", "--format", "github"], ["verify", "--json", "--format", "junit"]] {
        let error = sandbox.mkt(&args).code(129).json();
        assert_eq!(error["error"]["code"], "usage");
    }
    assert_eq!(sandbox.mkt(&["--json", "verify", "--format", "json"]).code(2).json()["verdict"], "violated");
    sandbox.mkt(&["verify", "--format", "yaml"]).code(129);
}
