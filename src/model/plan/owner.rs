//! Owners as they are named on the command line.

use crate::model::template;

use super::text::is_blank;

/// Reads `PERSON` or `ROLE=PERSON`: the role, as it is written in the matrix, and the person.
///
/// # Errors
/// When the person is blank, or the role is none of the twelve, which are then listed.
pub fn parse_owner(text: &str) -> Result<(Option<String>, String), String> {
    let (role, person) = match text.split_once('=') {
        Some((role, person)) => (Some(canonical(role)?), person),
        None => (None, text),
    };
    if is_blank(person) {
        return Err(format!("expected PERSON or ROLE=PERSON, found {text:?}"));
    }
    Ok((role, person.trim().to_owned()))
}

fn canonical(asked: &str) -> Result<String, String> {
    let fold = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let names: Vec<String> = template::roles().into_iter().map(|role| role.role).collect();
    match names.iter().find(|name| fold(name) == fold(asked)) {
        Some(name) => Ok(name.clone()),
        None => Err(format!("unknown role {:?}, expected one of {}", asked.trim(), names.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::parse_owner;

    #[test]
    fn an_owner_has_a_person_and_maybe_a_role() {
        assert_eq!(parse_owner(" Ana "), Ok((None, "Ana".to_owned())));
        let pair = parse_owner("aeo  specialist=Bo = Co");
        assert_eq!(pair, Ok((Some("AEO Specialist".to_owned()), "Bo = Co".to_owned())));
        assert!(parse_owner("Janitor=Bo").is_err_and(|message| message.contains("Growth Analyst")));
        assert!(parse_owner("Planner= ").is_err());
    }
}
