//! What tells one finding from another, on every machine and in every run alike.

use std::collections::HashMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::render::verdict::Finding;

/// A fingerprint of each finding: equal for equal findings of two runs, different within
/// one. Only findings that are the same in all they say are told apart by their order.
pub(super) fn fingerprints<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let fingerprint = |finding: &Finding| {
        let violation = &finding.violation;
        let line = violation.line.map(|line| line.to_string()).unwrap_or_default();
        let said = of(&[
            violation.rule,
            &finding.commit,
            finding.parent_commit.as_deref().unwrap_or_default(),
            &violation.path,
            &line,
            &violation.message,
            violation.before.as_deref().unwrap_or_default(),
            violation.after.as_deref().unwrap_or_default(),
        ]);
        let nth = seen.entry(said.clone()).and_modify(|nth| *nth += 1).or_default();
        if *nth == 0 { said } else { of(&[&said, &nth.to_string()]) }
    };
    findings.map(fingerprint).collect()
}

/// The fingerprint of some texts, each with its length, so that none runs into the next.
pub(super) fn of(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_be_bytes().as_slice());
        hash.update(text.as_bytes());
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
    }
    hex
}
