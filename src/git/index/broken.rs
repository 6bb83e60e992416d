//! What can be wrong with the bytes of an index file.

/// Costs nothing to make: a reader with a part of the file meets its end all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    CutShort,
    Signature,
    Version(u32),
    /// A name of version 4 that keeps more of the one before it than there is.
    Name,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Broken::CutShort => write!(f, "the index is cut short"),
            Broken::Signature => write!(f, "the index has no signature"),
            Broken::Version(version) => write!(f, "the index has the unknown version {version}"),
            Broken::Name => write!(f, "an index name strips too much"),
        }
    }
}

impl std::error::Error for Broken {}
