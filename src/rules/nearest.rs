//! Names that somebody may have meant.

/// How alike two names must be, from 0 to 1.
const ALIKE: f32 = 0.7;

/// Of these names, those that contain the word, and else those that are much like it.
#[must_use]
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let (word, names): (_, Vec<_>) = (word.trim().to_lowercase(), names.collect());
    if word.is_empty() {
        return Vec::new();
    }
    let with_it: Vec<_> = names.iter().copied().filter(|name| name.contains(&word)).collect();
    if with_it.is_empty() { similar::get_close_matches(&word, &names, 3, ALIKE) } else { with_it }
}
