//! Trailers: the `Key: value` block at the end of a commit message, read as
//! `git interpret-trailers --parse` reads it and written so that no value can
//! forge another.

/// The longest value written, in characters.
const LONGEST: usize = 300;
/// The longest summary, or line of a body.
const LONGEST_LINE: usize = 200;

/// What a comment begins with, unless the configuration says otherwise.
pub(super) const COMMENT: &[u8] = b"#";

/// The trailers of a commit message, in order, folded values unfolded. Equal to
/// `git interpret-trailers --parse --no-divider`, as git does it for commits
/// (contract, section 7). Bytes that are not UTF-8 are shown with replacement characters.
///
/// ```
/// use ohmymkt::git::trailer;
/// let found = trailer::parse(b"subject\n\nMkt-Action: run-cycle\n");
/// assert_eq!(found, [("Mkt-Action".to_owned(), "run-cycle".to_owned())]);
/// ```
pub fn parse(message: &[u8]) -> Vec<(String, String)> {
    parse_draft(message, COMMENT)
}

/// The trailers of a message that is still being written: what begins with `comment`,
/// and all that follows a scissors line, will not be part of it.
pub(super) fn parse_draft(message: &[u8], comment: &[u8]) -> Vec<(String, String)> {
    // Git's strings end at the first NUL.
    let end = message.iter().position(|b| *b == 0).unwrap_or(message.len());
    let message = &message[..end];
    let message = &message[..message.len() - ignored_tail(message, comment)];
    let block = &message[block_start(message, comment)..];
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut foldable = false;
    for line in block.split_inclusive(|b| *b == b'\n') {
        match lines.last_mut() {
            Some(last) if foldable && is_space(line[0]) => last.extend_from_slice(line),
            _ => {
                foldable = separator(line).is_some();
                lines.push(line.to_vec());
            }
        }
    }
    let pairs = lines.iter().filter(|line| !line.starts_with(comment)).filter_map(|line| {
        let at = separator(line)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(trim(bytes)).into_owned();
        Some((text(&line[..at]), text(&unfold(trim(&line[at + 1..])))))
    });
    pairs.collect()
}

/// A draft of a message with more trailers, where `git interpret-trailers` would put
/// them: at the end of the last block of trailers, or as a block of their own, in front
/// of trailing comments and of the scissors.
pub(super) fn add(message: &[u8], comment: &[u8], pairs: &[(String, String)]) -> Vec<u8> {
    let mut whole = message.to_vec();
    if !whole.is_empty() && !whole.ends_with(b"\n") {
        whole.push(b'\n');
    }
    let end = whole.len() - ignored_tail(&whole, comment);
    let start = block_start(&whole[..end], comment);
    let blank = whole[start..end]
        .split_inclusive(|b| *b == b'\n')
        .rev()
        .take_while(|line| is_blank(line) || line.starts_with(comment));
    let (text, tail) = whole.split_at(end - blank.map(<[u8]>::len).sum::<usize>());
    let mut out = text.to_vec();
    let last = text[..start].split_inclusive(|b| *b == b'\n').next_back();
    if start == end && last.is_none_or(|line| !is_blank(line)) {
        out.push(b'\n');
    }
    out.extend_from_slice(format(pairs).as_bytes());
    out.extend_from_slice(tail);
    out
}

/// Whether nothing of a draft would be part of the message.
pub(super) fn is_empty_draft(message: &[u8], comment: &[u8]) -> bool {
    let text = &message[..scissors(message, comment)];
    text.split_inclusive(|b| *b == b'\n').all(|line| is_blank(line) || line.starts_with(comment))
}

/// Trailer lines, each ended by a line feed. A value becomes one line of harmless
/// text: line ends, tabs and control characters turn into spaces, marks that change
/// direction or have no width are dropped, and 300 characters are kept: no id is longer.
///
/// ```
/// use ohmymkt::git::trailer;
/// let pairs = [("Mkt-Plan".to_owned(), "a\nMkt-Action: forged".to_owned())];
/// assert_eq!(trailer::format(&pairs), "Mkt-Plan: a Mkt-Action: forged\n");
/// ```
pub fn format(pairs: &[(String, String)]) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        text.extend(key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-'));
        text.push(':');
        let value = one_line(value);
        if !value.is_empty() {
            text.push(' ');
        }
        text.push_str(&value);
        text.push('\n');
    }
    text
}

/// A text as one line of harmless text, as [`format()`] writes values. A name stays what it is:
/// spaces of any kind and the joiners of scripts and emoji are kept.
pub fn one_line(value: &str) -> String {
    line_within(value, LONGEST)
}

/// The same for a line of a message that is no trailer, which is cut earlier.
pub fn message_line(text: &str) -> String {
    line_within(text, LONGEST_LINE)
}

fn line_within(value: &str, most: usize) -> String {
    let ends_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let is_dropped = |c: char| {
        matches!(c, '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let lines = value.split(ends_line).map(str::trim).filter(|line| !line.is_empty());
    let line: String = lines.collect::<Vec<_>>().join(" ").chars().filter(|c| !is_dropped(*c)).collect();
    let line = line.trim();
    match line.char_indices().nth(most) {
        None => line.to_owned(),
        Some(_) => {
            let kept: String = line.chars().take(most - 1).collect();
            format!("{}…", kept.trim_end())
        }
    }
}

/// Git's own idea of white space.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_blank(line: &[u8]) -> bool {
    let end = line.iter().position(|b| *b == b'\n').unwrap_or(line.len());
    line[..end].iter().all(|b| is_space(*b))
}

fn trim(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|b| !is_space(*b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|b| !is_space(*b)).map_or(start, |end| end + 1);
    &bytes[start..end]
}

/// Joins continuation lines by one space each.
fn unfold(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'\n' {
            let skip = rest.iter().position(|b| !is_space(*b)).unwrap_or(rest.len());
            rest = &rest[skip..];
            out.push(b' ');
        } else {
            out.push(*byte);
        }
    }
    out
}

/// Where the colon is, if the line starts as a trailer does.
fn separator(line: &[u8]) -> Option<usize> {
    let mut space_found = false;
    for (n, byte) in line.iter().enumerate() {
        if *byte == b':' {
            return (n >= 1).then_some(n);
        }
        if !space_found && (byte.is_ascii_alphanumeric() || *byte == b'-') {
            continue;
        }
        if n > 0 && matches!(byte, b' ' | b'\t') {
            space_found = true;
            continue;
        }
        return None;
    }
    None
}

/// Length of the comments, the old `Conflicts:` list and what follows a scissors line.
fn ignored_tail(message: &[u8], comment: &[u8]) -> usize {
    let cutoff = scissors(message, comment);
    let mut start = None;
    let mut in_conflicts = false;
    let mut line_start = 0;
    while line_start < cutoff {
        let rest = &message[line_start..];
        let length = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |n| n + 1);
        if rest.starts_with(comment) || rest[0] == b'\n' {
            start.get_or_insert(line_start);
        } else if rest.starts_with(b"Conflicts:\n") {
            in_conflicts = true;
            start.get_or_insert(line_start);
        } else if !(in_conflicts && rest[0] == b'\t') {
            start = None;
            in_conflicts = false;
        }
        line_start += length;
    }
    // Git takes a start of zero for none.
    message.len() - start.filter(|start| *start > 0).unwrap_or(cutoff)
}

/// What follows the comment character on a scissors line.
pub(super) const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------\n";

/// Where the scissors line starts, or the end.
fn scissors(message: &[u8], comment: &[u8]) -> usize {
    let line = [comment, SCISSORS].concat();
    if message.starts_with(&line) {
        return 0;
    }
    let after_line_feed = |window: &[u8]| window[0] == b'\n' && window[1..] == line;
    message.windows(line.len() + 1).position(after_line_feed).map_or(message.len(), |n| n + 1)
}

/// Where the last paragraph starts, if it is a block of trailers; else the end.
fn block_start(message: &[u8], comment: &[u8]) -> usize {
    let mut title_end = 0;
    for line in message.split_inclusive(|b| *b == b'\n') {
        if !line.starts_with(comment) && is_blank(line) {
            break;
        }
        title_end += line.len();
    }
    let mut count = Count { comment, trailers: 0, others: 0, continuations: 0, recognised: false, text_seen: false };
    let mut end = message.len();
    while end > title_end {
        let start = message[..end - 1].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
        if start < title_end {
            break;
        }
        if let Some(is_block) = count.line(&message[start..end]) {
            return if is_block { end } else { message.len() };
        }
        end = start;
    }
    message.len()
}

/// Counts lines upwards, to tell a block of trailers from prose.
struct Count<'c> {
    comment: &'c [u8],
    trailers: usize,
    others: usize,
    continuations: usize,
    /// A line that git itself writes was seen: a quarter of trailers is then enough.
    recognised: bool,
    text_seen: bool,
}

impl Count<'_> {
    /// Takes one more line; the verdict once a blank line ends the paragraph.
    fn line(&mut self, line: &[u8]) -> Option<bool> {
        if line.starts_with(self.comment) {
            self.others += std::mem::take(&mut self.continuations);
            return None;
        }
        if is_blank(line) {
            if !self.text_seen {
                return None;
            }
            self.others += self.continuations;
            let quarter = self.recognised && self.trailers * 3 >= self.others;
            return Some(quarter || (self.trailers > 0 && self.others == 0));
        }
        self.text_seen = true;
        let by_git = [b"Signed-off-by: ".as_slice(), b"(cherry picked from commit "];
        if by_git.iter().any(|prefix| line.starts_with(prefix)) {
            self.recognised = true;
            self.trailers += 1;
            self.continuations = 0;
        } else if is_space(line[0]) {
            self.continuations += 1;
        } else if separator(line).is_some() {
            self.trailers += 1;
            self.continuations = 0;
        } else {
            self.others += 1 + std::mem::take(&mut self.continuations);
        }
        None
    }
}
