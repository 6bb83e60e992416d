//! Finding one record by its id or a unique beginning of it.

use std::fmt::Display;

use super::failure::Failure;

/// The one id that is `wanted` or begins with it.
///
/// # Errors
/// When none or several do; `hint` is the command that lists them.
pub fn one<'k, K: Display + Clone + 'k>(
    what: &str,
    wanted: &str,
    ids: impl Iterator<Item = &'k K>,
    hint: &str,
) -> Result<K, Failure> {
    let matching: Vec<(String, &K)> =
        ids.map(|id| (id.to_string(), id)).filter(|(text, _)| text.starts_with(wanted)).collect();
    if let Some((_, exact)) = matching.iter().find(|(text, _)| text == wanted) {
        return Ok((*exact).clone());
    }
    match matching.as_slice() {
        [(_, only)] if !wanted.is_empty() => Ok((*only).clone()),
        [] => Err(Failure::bad_value(format!("there is no {what} `{wanted}`")).hint(hint)),
        several => {
            let names: Vec<_> = several.iter().take(5).map(|(text, _)| text.as_str()).collect();
            let message = format!("`{wanted}` could be {} of them: {}", several.len(), names.join(", "));
            Err(Failure::bad_value(message).hint(hint))
        }
    }
}
