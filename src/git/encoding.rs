//! `i18n.commitEncoding` and the `encoding` header: commits in other encodings than UTF-8.

use encoding_rs::{EncoderResult, Encoding};

/// An encoding of commits, other than UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// Each character below U+0100 is its byte.
    Latin1,
    /// Others, as browsers know them: often a little more than what git's name stands for.
    Wide(&'static Encoding),
}

/// What a name says of a commit's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// They are as they stand.
    Utf8,
    In(Charset),
    /// Nobody here knows.
    Unknown,
}

impl Written {
    /// Reads a name as git and its libraries do; no name is UTF-8.
    pub(super) fn named(name: &str) -> Written {
        let plain = name.trim().to_ascii_lowercase();
        match plain.replace(['-', '_'], "").as_str() {
            "" | "utf8" => return Written::Utf8,
            "iso88591" | "latin1" | "l1" | "cp819" | "ibm819" => return Written::In(Charset::Latin1),
            _ => {}
        }
        let label = match plain.as_str() {
            "cp932" | "eucjp-win" => "shift_jis",
            "cp936" | "euc-cn" | "euccn" => "gbk",
            "cp949" | "uhc" | "euckr" => "euc-kr",
            "cp950" => "big5",
            "eucjp" => "euc-jp",
            "koi8r" => "koi8-r",
            "koi8u" => "koi8-u",
            other => other,
        };
        match Encoding::for_label_no_replacement(label.as_bytes()) {
            // UTF-16 cannot be in a commit: it is full of NUL bytes.
            Some(found) if found.output_encoding() == found => Written::In(Charset::Wide(found)),
            _ => Written::Unknown,
        }
    }
}

impl Charset {
    /// The bytes; `None` when a character cannot be written.
    pub(super) fn encode(self, text: &str) -> Option<Vec<u8>> {
        let Charset::Wide(encoding) = self else {
            return text.chars().map(|letter| u8::try_from(letter).ok()).collect();
        };
        let mut encoder = encoding.new_encoder();
        let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
        let mut bytes = Vec::with_capacity(room);
        let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
        (result == EncoderResult::InputEmpty).then_some(bytes)
    }

    /// The text; what is damaged is replaced.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Latin1 => bytes.iter().copied().map(char::from).collect(),
            Charset::Wide(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Charset, Written};

    #[test]
    fn names_are_known_as_they_are_written() {
        for name in ["", "UTF-8", "utf8", "Utf_8"] {
            assert_eq!(Written::named(name), Written::Utf8, "{name}");
        }
        for name in ["ISO-8859-1", "iso8859-1", "latin1", "ISO_8859-1"] {
            assert_eq!(Written::named(name), Written::In(Charset::Latin1), "{name}");
        }
        for name in ["Shift_JIS", "SJIS", "CP932", "EUC-JP", "eucJP", "KOI8-R", "windows-1251", "CP1252", "ISO-8859-15"]
        {
            assert!(matches!(Written::named(name), Written::In(Charset::Wide(_))), "{name}");
        }
        for name in ["UTF-16", "UTF-16LE", "UTF-7", "nonsense", "x y"] {
            assert_eq!(Written::named(name), Written::Unknown, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_written_is_not() {
        assert_eq!(Charset::Latin1.encode("Größe").as_deref(), Some(&b"Gr\xf6\xdfe"[..]));
        assert_eq!(Charset::Latin1.encode("漢"), None);
        let Written::In(charset) = Written::named("EUC-JP") else { panic!("EUC-JP is known") };
        let bytes = charset.encode("漢字\n").expect("it can be written");
        assert_eq!(charset.decode(&bytes), "漢字\n");
        assert_eq!(charset.encode("é🦀"), None);
    }
}
