//! Enums that are a fixed list of words, in files and on the command line alike.

/// Gives an enum its words: `ALL`, `name`, `Display`, `FromStr`, `Serialize`, `FromNode`.
macro_rules! words {
    ($type:ident, $what:literal, $($variant:ident => $word:literal),+) => {
        impl $type {
            /// All of them, in order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| {
                    let names = Self::ALL.map(Self::name).join(", ");
                    format!("unknown {} `{text}`, expected one of {names}", $what)
                })
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl $crate::model::codec::FromNode for $type {
            fn from_node(node: &$crate::model::codec::Node<'_>, problems: &mut $crate::model::codec::Problems<'_>) -> Option<Self> {
                $crate::model::codec::one_of(node, problems, Self::ALL.map(|one| (one.name(), one)))
            }
        }
    };
}

pub(crate) use words;
