//! Filling in a template. Everything it inserts is escaped unless it went through the
//! filter `code`, so no template can forget to.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::render::markdown::{code, escape};

/// The template with its values, ending in one newline.
pub(super) fn filled<C: Serialize>(template: &str, context: &C) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("code", |text: String| Value::from_safe_string(code(&text)));
    environment.set_formatter(|out, _, value| {
        let text = value.to_string();
        out.write_str(&if value.is_safe() { text } else { escape(&text) }).map_err(minijinja::Error::from)
    });
    let context = Value::from(Serde(context));
    let text = environment.render_str(template, context).expect("a test renders every report template");
    format!("{}\n", text.trim_end())
}
