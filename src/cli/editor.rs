//! Opening a text in the user's editor, as git would.

use std::io::IsTerminal;

use super::context::Context;
use super::failure::Failure;

/// Lets the user edit a text; what the editor leaves is returned.
///
/// # Errors
/// When there is neither a terminal nor an editor that was chosen, the editor fails, or
/// nothing is left of the text.
pub fn edit(context: &Context, name: &str, text: &str) -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() && !is_chosen(context) {
        let failure = Failure::bad_value("`--edit` needs a terminal or a configured editor");
        return Err(failure.hint("git config core.editor <program>"));
    }
    let edited = context.store.repo().edit(name, text);
    let edited = edited.map_err(|error| Failure::from(error).hint("git var GIT_EDITOR"))?;
    if edited.trim().is_empty() {
        return Err(Failure::bad_value("the plan was left empty, nothing is recorded"));
    }
    Ok(edited)
}

/// Whether the user said which editor it is, in one of the places where git looks.
fn is_chosen(context: &Context) -> bool {
    let variable = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    ["GIT_EDITOR", "VISUAL", "EDITOR"].into_iter().any(variable)
        || context.store.repo().config("core.editor").is_some_and(|editor| !editor.trim().is_empty())
}
