//! Which entries of the index are looked for.

/// Which entries are wanted.
#[derive(Clone, Copy)]
pub(super) enum Wanted<'w> {
    /// Those below a directory; all when it is empty.
    Below(&'w str),
    /// That of one path.
    At(&'w str),
}

impl Wanted<'_> {
    pub(super) fn includes(self, path: &[u8]) -> bool {
        match self {
            Self::Below("") => true,
            Self::Below(dir) => path.strip_prefix(dir.as_bytes()).is_some_and(|rest| rest.starts_with(b"/")),
            Self::At(wanted) => path == wanted.as_bytes(),
        }
    }

    /// Where in the order of the index the wanted entries begin.
    pub(super) fn start(self) -> Vec<u8> {
        match self {
            Self::Below("") => Vec::new(),
            Self::Below(dir) => format!("{dir}/").into_bytes(),
            Self::At(path) => path.into(),
        }
    }
}
