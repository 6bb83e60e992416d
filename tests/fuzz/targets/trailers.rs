//! The trailers of a message, read and written: no value becomes another trailer.

use ohmymkt::git::trailer;
use ohmymkt::model::action::Claim;

use super::{assert_harmless, joined, parts};

/// A message, then keys and values by turns.
pub fn target(bytes: &[u8]) {
    let mut parts = parts(bytes);
    let message = parts.next().unwrap_or_default();
    let found = trailer::parse(message);
    for (key, value) in &found {
        assert!(!key.contains('\n') && !value.contains('\n'), "one line each: {key:?} {value:?}");
    }
    if let Some(claim) = Claim::from_trailers(&found) {
        let text = message_of(&claim.to_trailers());
        assert_eq!(Claim::from_trailers(&trailer::parse(text.as_bytes())), Some(one_line(claim)), "{text:?}");
    }
    let texts: Vec<_> = parts.map(|part| String::from_utf8_lossy(part).into_owned()).collect();
    let pairs: Vec<_> =
        texts.chunks_exact(2).map(|pair| (format!("Mkt-{}", word(&pair[0])), pair[1].clone())).collect();
    if pairs.is_empty() {
        return;
    }
    let text = message_of(&pairs);
    assert_harmless(&text);
    let wanted: Vec<_> = pairs.iter().map(|(key, value)| (key.clone(), trailer::one_line(value))).collect();
    assert_eq!(trailer::parse(text.as_bytes()), wanted, "{text:?}");
}

/// Messages, with and without trailers to write.
pub fn seeds() -> Vec<Vec<u8>> {
    let messages = crate::seeds::messages();
    let pairs =
        |message: &[u8]| joined(&[message, b"Plan", b"a plan", b"Record", b"inc-1\nMkt-Action: x", b"Gate", b""]);
    messages.iter().cloned().chain(messages.iter().map(|message| pairs(message))).collect()
}

fn message_of(pairs: &[(String, String)]) -> String {
    format!("subject\n\nbody\n\n{}", trailer::format(pairs))
}

/// What a key may be made of.
fn word(text: &str) -> String {
    text.chars().filter(|character| character.is_ascii_alphanumeric() || *character == '-').collect()
}

fn one_line(mut claim: Claim) -> Claim {
    claim.action = trailer::one_line(claim.action.name()).as_str().into();
    for (_, value) in &mut claim.facts {
        *value = trailer::one_line(value);
    }
    // They are written in the order of the tokens.
    let trailers: Vec<_> = claim.to_trailers();
    Claim::from_trailers(&trailers).expect("an action is there")
}
