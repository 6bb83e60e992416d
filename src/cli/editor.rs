//! Opening a text in the user's editor, as git would.

use std::io::IsTerminal;

use super::context::Context;
use super::failure::Failure;

/// Lets the user edit a text; what the editor leaves is returned.
///
/// # Errors
/// When there is no terminal, or the editor fails.
pub fn edit(context: &Context, name: &str, text: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() && context.store.repo().config("core.editor").is_none() {
        let failure = Failure::bad_value("`--edit` needs a terminal or a configured editor");
        return Err(failure.hint("git config core.editor <program>"));
    }
    Ok(context.store.repo().edit(name, text)?)
}
